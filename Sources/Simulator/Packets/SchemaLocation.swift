internal import Avro
internal import Glibc

/// Finds the folder with the surveys' schemas.
package enum SchemaLocation {
    /// Looks for a folder `Schemas` with a folder `ztf` in it: `$TRIFID_SCHEMAS`, then upward from the program's file
    /// (there also `share/trifid/Schemas`), then upward from the working directory. Nil if there is none.
    package static func find() -> String? {
        if let named = getenv("TRIFID_SCHEMAS") { return String(cString: named) }
        for start in [programFolder(), workingFolder()] {
            var folder = start
            while !folder.isEmpty {
                for name in ["Schemas", "share/trifid/Schemas"] where isFolder(folder + "/" + name + "/ztf") {
                    return folder + "/" + name
                }
                folder = folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? ""
            }
        }
        return nil
    }

    /// The alert schema of a survey in the folder.
    static func alertSchema(_ file: String, in folder: String?) throws(SimulationError) -> AvroSchema {
        guard let folder = folder ?? find() else {
            throw SimulationError(
                "no folder Schemas beside the program or above the working directory: set TRIFID_SCHEMAS to it"
            )
        }
        let path = folder + "/" + file
        guard let bytes = try? FileBytes.read(path) else {
            throw SimulationError("\(path) cannot be read: the surveys' schemas are in the folder Schemas of Trifid")
        }
        do throws(AvroError) {
            return try AvroSchema(json: bytes)
        } catch {
            throw SimulationError("\(path): \(error)")
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func programFolder() -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let length = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { readlink("/proc/self/exe", $0, text.count) } ?? 0
            }
        }
        let path = String(decoding: buffer.prefix(max(0, length)), as: UTF8.self)
        return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    private static func workingFolder() -> String {
        guard let folder = getcwd(nil, 0) else { return "" }
        defer { free(folder) }
        return String(cString: folder)
    }
}
