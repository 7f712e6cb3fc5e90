import DataSetSupport
import DataSets
import Foundation
import Testing

@testable import Training

/// A run goes on only with the data that it was begun with: whatever training sees changes the digest.
@Suite struct DataDigestTests {
    @Test(arguments: [
        ("objects.csv", "mine/1,c,SN-Ia", "mine/1,c,RRAB"),
        ("objects.csv", "mine/6,c,RRAB,test", "mine/6,c,RRAB,train"),
        ("objects.csv", "mine/2,c,RRAB,train,,2", "mine/2,c,RRAB,train,,3"),
        ("photometry.csv", "mine/0,60000", "mine/0,59999"), ("photometry.csv", ",g,total,", ",r,total,"),
        ("metadata.csv", "none", ""), ("metadata.csv", "17.5", "17.6"),
        ("dataset.yaml", "480.0", "481.0"), ("dataset.yaml", "contrastive: false", "contrastive: true"),
        ("spectra.csv", "mine/0,0", "mine/0,1"), ("spectra.csv", "s0,", "s1,"),
    ])
    func whatTrainingSeesIsInIt(_ file: String, _ old: String, _ new: String) throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        try spectra(set, flux: 1)
        let whole = try ObjectData(DataSet(folder: set.folder)).digest
        #expect(try ObjectData(DataSet(folder: set.folder)).digest == whole)
        #expect(try ObjectData(set.changed(file, old, new)).digest != whole)
        #expect(try ObjectData(DataSet(folder: set.folder)).digest == whole)
    }

    @Test func thePixelsOfSpectraAreInIt() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let digests = try [1, 1, 2].map { flux in
            try spectra(set, flux: Float(flux))
            return try ObjectData(DataSet(folder: set.folder)).digest
        }
        #expect(digests[0] == digests[1] && digests[0] != digests[2])
    }

    private func spectra(_ set: TinyDataSet, flux: Float) throws {
        try set.write("spectrum,object,row\ns0,mine/0,0\ns2,mine/2,1\n", "spectra.csv")
        let rows = (0..<2).map { row in (0..<30).map { Float($0 + row) * flux } }
        try Data(FITSFile.image(rows: rows, start: 4000, step: 10)).write(
            to: URL(filePath: set.folder + "/spectra.fits")
        )
    }
}
