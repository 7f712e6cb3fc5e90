import DataSets
import Testing

@testable import Training

/// `trifid dataset check`: nodes, and the taxonomy that `dataset.yaml` names.
@Suite struct DataSetTaxonomyTests {
    /// What is wrong with the set where it names a taxonomy, and has other nodes.
    private func problems(taxonomy: String, _ old: String = "RRAB", _ new: String = "RRAB") throws -> [String] {
        let set = try TinyDataSet()
        defer { set.remove() }
        let description = try set.text("dataset.yaml")
        try set.write(description + "\ntaxonomy: {file: \(taxonomy), labels: [mine]}\n", "dataset.yaml")
        let data = try set.changed("objects.csv", old, new)
        return DataSetTaxonomy.problems(data, folder: set.folder).description.split(separator: "\n").map(String.init)
    }

    @Test func aTaxonomyThatIsNotThereIsAProblem() throws {
        let found = try problems(taxonomy: "/nowhere.yaml")
        #expect(found.count == 1)
        #expect(
            found.first?.hasPrefix("dataset.yaml, column taxonomy.file: /nowhere.yaml: No such file") == true,
            "\(found)"
        )
    }

    @Test func aTaxonomyIsFoundBesideTheDataSet() throws {
        #expect(try problems(taxonomy: "classes.yaml") == [])
    }

    @Test func eachNodeThatTheTaxonomyDoesNotHaveIsNamedOnce() throws {
        #expect(
            try problems(taxonomy: "classes.yaml", ",c,RRAB", ",c,ZZ") == [
                "objects.csv, column node: 'ZZ' of 'mine/0' and of 23 more is no node that classes.yaml trains: correct the one or "
                    + "the other"
            ]
        )
    }

    @Test func withoutATaxonomyNothingIsAsked() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let data = try set.changed("objects.csv", ",c,RRAB", ",c,ZZ")
        #expect(DataSetTaxonomy.problems(data, folder: set.folder).isEmpty)
    }
}
