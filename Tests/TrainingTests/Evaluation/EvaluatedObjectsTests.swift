import AstroM3
import DataSets
import Ground
import Testing

@testable import Training

@Suite struct EvaluatedObjectsTests {
    private static let labels = TrainingLabels(.starsAndSupernovae)

    private func data(_ objects: String, points: String = "") throws -> DataSet {
        let folder = TemporaryFolder()
        defer { folder.remove() }
        try folder.write("name: s\nbands:\n  g: {wavelength: 480.0, system: AB}\n", "dataset.yaml")
        try folder.write("object,node,split,fold,alerts,folder\n" + objects, "objects.csv")
        try folder.write("object,mjd,band,kind,flux,flux_err,upper_limit\n" + points, "photometry.csv")
        return try DataSet(folder: folder.path)
    }

    @Test func whoIsLeftOutIsCountedWithTheReason() throws {
        let data = try data(
            """
            a,RRAB,test,,0,mine
            b,,test,,0,mine
            c,comet,test,,0,mine
            d,SN-Ia,test,,1,mine
            e,SN-Ia,train,0,1,alerts
            f,SN-Ia,train,0,1,alerts
            g,SN-Ia,train,0,1,mine
            h,RRAB,train,,0,mine

            """,
            points: "e,60000,g,difference,1,1,0\n"
        )
        let split = EvaluatedObjects(data, Self.labels, split: .test, fold: nil)
        #expect(
            split.objects == [0] && split.leftOut == [.noLabel: 1, .notInTaxonomy: 1, .hasAlert: 1]
                && split.name == "test"
        )
        // An altered packet has a label and no points; an alert's object is not the alert.
        var fold = EvaluatedObjects(data, Self.labels, split: .test, fold: 0)
        #expect(fold.objects == [4] && fold.leftOut == [.alteredPacket: 1, .noAlert: 1] && fold.name == "fold 0")
        fold.add(withNothingToSee: 2)
        fold.add(withNothingToSee: 0)
        #expect(fold.json.description == "{\"alteredPacket\":1,\"noAlert\":1,\"nothingToSee\":2}")
        #expect(fold.sentence?.hasPrefix("left out: 1 a labelled packet") == true)
        #expect(EvaluatedObjects(data, Self.labels, split: .val, fold: nil).sentence == nil)
    }
}
