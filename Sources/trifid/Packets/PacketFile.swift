import Foundation

/// A file of packets as a user names it on the command line, read by mapping it into memory.
struct PacketFile {
    let path: String

    /// Lends the file's bytes.
    ///
    /// - Throws: `CommandFailure` naming the file.
    func withBytes<Answer>(_ body: (UnsafeRawBufferPointer) throws -> Answer) throws -> Answer {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            let reason = (error as NSError).localizedDescription
            throw CommandFailure(.incomplete, "\(path): cannot be read: \(reason)")
        }
        return try data.withUnsafeBytes(body)
    }
}
