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
