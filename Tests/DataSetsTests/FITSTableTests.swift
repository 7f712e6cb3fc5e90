import DataSets
import Foundation
import Testing

@Suite struct FITSTableTests {
    private func table() -> FITSTable {
        var table = FITSTable(name: "T")
        table.add(keyword: "MODEL", "m", "c")
        table.add("NAME", .text(["a", "bcd"]))
        table.add("N", .integers([7, -1]))
        table.add("V", .floats([1, .nan, 0.5, -2], width: 2))
        return table
    }

    @Test func rowsAreThoseOfTheStandard() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString)[1].fits").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        // A file that is there is replaced.
        try "old".write(toFile: path, atomically: true, encoding: .utf8)
        try table().write(to: path)
        let bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
        #expect(bytes.count == 3 * 2880)
        let header = String(decoding: bytes[2880..<5760], as: UTF8.self)
        for card in ["XTENSION= 'BINTABLE'", "TFORM1  = '3A      '", "TFORM3  = '2E      '", "MODEL   = 'm"] {
            #expect(header.contains(card), "\(card)")
        }
        // Big-endian, rows of 3 + 4 + 8 bytes.
        let rows = Array(bytes[5760..<5790])
        #expect(
            rows[0..<7] == [0x61, 0x20, 0x20, 0, 0, 0, 7]
                && rows[15..<22] == [0x62, 0x63, 0x64, 0xFF, 0xFF, 0xFF, 0xFF]
        )
        func number(_ place: Int) -> Float {
            Float(bitPattern: rows[place..<place + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
        }
        #expect(number(7) == 1 && number(11).isNaN && number(22) == 0.5 && number(26) == -2)
    }

    @Test func aFolderThatIsNotThereIsSaid() {
        #expect {
            try table().write(to: "/nowhere/t.fits")
        } throws: { error in
            "\(error)".hasPrefix("/nowhere/t.fits cannot be written: ")
        }
    }
}
