import Foundation
import Glibc
import Ground
import Testing

@Suite struct PrivateFolderTests {
    @Test func nobodyElseLooksIntoItAndItGoesWithWhatIsInIt() throws {
        let (folder, other) = (try PrivateFolder(), try PrivateFolder())
        defer { other.remove() }
        #expect(folder.path != other.path)
        var status = stat()
        #expect(stat(folder.path, &status) == 0 && status.st_mode & 0o7777 == 0o700)
        try "text".write(toFile: folder.path + "/file", atomically: false, encoding: .utf8)
        folder.remove()
        #expect(!FileManager.default.fileExists(atPath: folder.path))
        #expect(FileManager.default.fileExists(atPath: other.path))
    }
}
