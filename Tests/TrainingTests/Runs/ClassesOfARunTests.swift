import DataSets
import Testing

@testable import Training

/// Which classes of a data set a run can learn.
@Suite struct ClassesOfARunTests {
    /// Whether objects of it stand in other splits, or nowhere.
    @Test func aClassWithoutAnObjectToTrainOnIsNamed() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        try set.write(set.text("classes.yaml") + "\n  AGN: {meaning: a}\n  TDE: {meaning: b}\n", "more.yaml")
        let recipe = try set.recipe { $0.replacing("classes.yaml", with: "more.yaml") }
        func refusal(_ data: DataSet, _ phase: TrainingRun.Phase) -> String {
            message { _ = try RunObjects(recipe, data, .init(phase: phase, folder: "", seed: 1, threads: 1)) }
        }
        let words = "of the 4 classes of \(set.folder)/more.yaml these have no object to train on in tiny: AGN, TDE. "
        #expect(refusal(set.data, .finetuning) == words + "Give the recipe a taxonomy without them")
        let one = try set.changed("objects.csv", "mine/7,c,SN-Ia", "mine/7,c,AGN")
        #expect(
            refusal(one, .finetuning) == words
                + "Give some of the 1 objects of AGN split train and something to see, or leave the class out"
        )
        #expect(refusal(set.data, .pretraining) == "")
        // An object at an inner node teaches none of the classes below it.
        let inner = try set.changed("objects.csv", ",c,RRAB", ",c,RRL")
        #expect(refusal(inner, .finetuning).contains("no object to train on in tiny: RRAB, AGN, TDE."))
    }

    /// Its reference image would show the event: what stars of a survey do, alerts of which go up and down, no event does.
    @Test func totalFluxesOfWhatBrightensOnceNeedToBeCalledAnEvent() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let classes = try set.text("classes.yaml").replacing("draws: {fast: true}", with: "draws: {transient: true}")
        try set.write(classes, "once.yaml")
        let recipe = try set.recipe { $0.replacing("classes.yaml", with: "once.yaml") }
        func refusal(_ data: DataSet) -> String {
            message { _ = try RunObjects(recipe, data, .init(phase: .finetuning, folder: "", seed: 1, threads: 1)) }
        }
        #expect(refusal(set.data).contains("is RRAB, which appears once by the taxonomy"), "\(refusal(set.data))")
        #expect(refusal(set.data).contains("give objects.csv the column event"))
        // The set's own tree calls its difference fluxes transient, and these alone.
        #expect(throws: Never.self) {
            _ = try RunObjects(set.recipe(), set.data, .init(phase: .finetuning, folder: "", seed: 1, threads: 1))
        }
    }

    @Test func aNodeThatTheTaxonomyDoesNotHaveIsNamed() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        try set.write("nodes:\n  RRAB: {meaning: a}\n  AGN: {meaning: b}\n", "taxonomy.yaml")
        let recipe = try set.recipe { $0.replacing("classes.yaml", with: "taxonomy.yaml") }
        #expect(
            throws: RunFolder.Fault(
                description:
                    "the taxonomy has no node 'SN-Ia', which objects.csv gives 'mine/1': correct the one or the other"
            )
        ) {
            _ = try TrainingRun(recipe, set.data, set.options("x"))
        }
    }

    /// A recipe whose taxonomy has one class of the two, and says so of the other or not.
    private func recipe(_ set: TinyDataSet, unlabelled: String) throws -> Recipe {
        try set.write("nodes:\n  SN-Ia: {meaning: a}\n  other: {meaning: b}\n", "taxonomy.yaml")
        return try set.recipe { $0.replacing("classes.yaml", with: "taxonomy.yaml\nunlabelled: [\(unlabelled)]") }
    }

    @Test func objectsOfUnlabelledNodesTeachNoClassAndAreSeenInPreTraining() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let recipe = try recipe(set, unlabelled: "RRAB")
        let labels = try recipe.labels()
        let objects = try ObjectData(set.data)
        func nodes(_ purpose: ExampleDraw.Purpose) -> Set<String> {
            let pool = ExamplePool(objects, labels: labels, recipe.examples, purpose)
            return Set(pool.objects.map { set.data.objects[$0].node })
        }
        #expect(nodes(.pretraining) == ["RRAB", "SN-Ia"] && nodes(.finetuning) == ["SN-Ia"])
        let options = set.options("x", seed: 1, threads: 1)
        _ = try TrainingRun(recipe, set.changed("objects.csv", "mine/9,c,SN-Ia", "mine/9,c,other"), options)
    }

    @Test func aNodeIsAClassOrUnlabelled() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let options = set.options("x", seed: 1, threads: 1)
        for (unlabelled, words) in [
            ("RRAB, SN-Ia", "the recipe lists 'SN-Ia' as unlabelled and its taxonomy has it as a class"),
            ("TDE", "the taxonomy has no node 'RRAB', which objects.csv gives 'mine/0'"),
        ] {
            let refusal = message { _ = try TrainingRun(try recipe(set, unlabelled: unlabelled), set.data, options) }
            #expect(refusal.contains(words), "\(refusal)")
        }
    }
}
