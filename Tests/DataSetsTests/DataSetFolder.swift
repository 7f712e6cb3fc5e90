import Foundation

/// A folder with a small data set, each file of which a test may replace.
struct DataSetFolder {
    let path: String

    static let description = """
        name: three objects
        description: for tests
        bands:
          g: {wavelength: 472.3, system: AB}
          V: {wavelength: 545, system: Vega-like, ab_minus_vega: 0.02}
        features:
          colour: {unit: mag, meaning: a colour}
          age: {unit: d, meaning: days, contrastive: false}
        """
    static let objects = #"""
        object,class,node,split,cluster,alerts
        a,RRab,RRAB,train,0,0
        b,"a, b ""quoted""",,test,1,1
        c,EW,EW,val,2,0
        """#
    static let photometry = """
        object,mjd,band,kind,flux,flux_err,upper_limit
        a,60000.5,g,total,100,1.5,0
        a,60000.5,V,total,90,,0
        a,60003,g,total,-3e1,2,0
        c,59000.25,g,difference,50,,1
        """
    static let metadata = """
        object,age,colour
        a,12.5,none
        c,,0.25
        """

    init(_ files: [String: String?] = [:]) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "trifid-data-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        var all: [String: String?] = [
            "dataset.yaml": Self.description, "objects.csv": Self.objects, "photometry.csv": Self.photometry,
            "metadata.csv": Self.metadata,
        ]
        all.merge(files) { $1 }
        for (name, text) in all {
            guard let text else { continue }
            try write(name, Array(text.utf8))
        }
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}

/// The bytes of a FITS file with one image of 32-bit floats, and one extension of errors.
enum FITSFile {
    static func image(rows: [[Float]], start: Double, step: Double, unit: String = "Angstrom", errors: Bool = false)
        -> [UInt8]
    {
        let width = rows.first?.count ?? 0
        var bytes = header([
            "SIMPLE  =                    T", "BITPIX  =                  -32", "NAXIS   =                    2",
            "NAXIS1  = \(pad(width))", "NAXIS2  = \(pad(rows.count))", "EXTEND  =                    T",
            "CRVAL1  = \(pad(start))", "CDELT1  = \(pad(step))", "CRPIX1  =                  1.0",
            "CUNIT1  = '\(unit)'",
        ])
        bytes += data(rows)
        guard errors else { return bytes }
        bytes += header([
            "XTENSION= 'IMAGE   '", "BITPIX  =                  -32", "NAXIS   =                    2",
            "NAXIS1  = \(pad(width))", "NAXIS2  = \(pad(rows.count))", "PCOUNT  =                    0",
            "GCOUNT  =                    1", "EXTNAME = 'ERROR   '",
        ])
        return bytes + data(rows.map { $0.map { $0 / 10 } })
    }

    private static func pad(_ value: some LosslessStringConvertible) -> String {
        let text = String(value)
        return String(repeating: " ", count: max(0, 20 - text.count)) + text
    }

    private static func header(_ cards: [String]) -> [UInt8] {
        fill((cards + ["END"]).flatMap { Array($0.padding(toLength: 80, withPad: " ", startingAt: 0).utf8) }, with: 32)
    }

    private static func data(_ rows: [[Float]]) -> [UInt8] {
        fill(
            rows.joined().flatMap { value in
                (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (24 - 8 * $0)) }
            },
            with: 0
        )
    }

    private static func fill(_ bytes: [UInt8], with byte: UInt8) -> [UInt8] {
        bytes + [UInt8](repeating: byte, count: (2880 - bytes.count % 2880) % 2880)
    }
}
