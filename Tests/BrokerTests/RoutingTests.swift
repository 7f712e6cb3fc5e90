import Sky
import Testing

@testable import Broker

@Suite struct RoutingTests {
    private let routing = Routing(topics: OutputTopics(prefix: "trifid"), anomalyPercentile: 99)

    private func annotated(
        flags: AlertFlags = [],
        trained: Bool = true,
        decision: Decision? = Decision(node: "SN Ia", path: ["Transient", "SN", "SN Ia"], probability: 0.9),
        percentile: Float = 50
    ) -> AnnotatedAlert {
        let band = Band("g", wavelength: 480)
        let alert = Alert(
            survey: SurveyName("ztf"),
            alertId: 7,
            objectId: "ZTF20abcdefg",
            ra: 10,
            dec: 20,
            mjd: 59_000,
            timeScale: .utcStart,
            band: band,
            detections: [PhotometricPoint.detection(id: 7, mjd: 59_000, band: band, flux: 10, fluxErr: 1)],
            flags: flags
        )
        let classification = Classification(
            classifier: "test",
            version: "1",
            trained: trained,
            probabilities: [],
            decision: decision,
            aleatoric: 0,
            logits: []
        )
        return AnnotatedAlert(
            record: Record(alert: alert, lightCurve: LightCurve()),
            annotation: Annotation(
                modalities: Modalities(points: 1),
                classifications: [classification],
                anomaly: Anomaly(score: 1, percentile: percentile, method: "knn-cosine")
            ),
            times: StageTimes()
        )
    }

    @Test func aDecisionGoesToItsNodeAndEveryAncestor() {
        #expect(
            routing.topics(for: annotated()) == [
                "trifid.alerts", "trifid.class.Transient", "trifid.class.SN", "trifid.class.SN-Ia",
            ]
        )
    }

    @Test func anAbstentionGoesToNoClass() {
        #expect(routing.topics(for: annotated(decision: nil)) == ["trifid.alerts"])
    }

    @Test(arguments: [(Float(98.9), false), (99, true), (100, true)])
    func noveltyAtOrAboveTheSettingIsAnAnomaly(percentile: Float, anomalous: Bool) {
        let topics = routing.topics(for: annotated(decision: nil, percentile: percentile))
        #expect(topics.contains("trifid.anomalies") == anomalous)
    }

    @Test(arguments: [AlertFlags.bogus, .solarSystem, [.bogus, .historyAfterAlert]])
    func bogusAndSolarSystemStayOutOfClassesAndAnomalies(flags: AlertFlags) {
        #expect(routing.topics(for: annotated(flags: flags, percentile: 100)) == ["trifid.alerts"])
    }

    @Test func anUntrainedModelDecidesNothing() {
        let untrained = annotated(trained: false, percentile: 100)
        #expect(untrained.flags.contains("untrained"))
        #expect(routing.topics(for: untrained) == ["trifid.alerts"])
    }

    @Test(arguments: [
        (Int8(1), false), (2, true), (3, true), (SurveyProgram.none, false), (SurveyProgram.unknown, true),
    ])
    func dataThatAreNotPublicGoToTheirOwnTopicAlone(program: Int8, isRestricted: Bool) {
        var annotated = annotated(percentile: 100)
        annotated.alert.programId = program
        let topics = routing.topics(for: annotated)
        #expect(isRestricted ? topics == ["trifid.private"] : !topics.contains("trifid.private") && topics.count == 5)
    }

    @Test func whatAnEarlierBuildStoredForEverybodyStaysPrivateIfItIs() {
        let stored = ["trifid.alerts", "trifid.class.SN-Ia"]
        #expect(routing.topics(ofStored: stored, isRestricted: true) == ["trifid.private"])
        #expect(routing.topics(ofStored: stored, isRestricted: false) == stored)
    }

    @Test func everyTopicOfTheListIsOursAndOnlyWhatIsNotReservedIsWritten() {
        let topics = OutputTopics(prefix: "trifid")
        #expect(
            topics.written(nodes: ["SN Ia"]) == [
                "trifid.alerts", "trifid.class.SN-Ia", "trifid.anomalies", "trifid.deadletters", "trifid.private",
            ]
        )
        #expect(Set(topics.own(nodes: [])) == Set(topics.written(nodes: []) + ["trifid.updates", "trifid.progress"]))
        #expect(topics.own(nodes: ["AGN"]).allSatisfy(topics.contains))
        #expect(topics.counted == ["trifid.alerts", "trifid.deadletters", "trifid.private"])
    }

    @Test func ownTopicsAreRecognised() {
        let topics = OutputTopics(prefix: "sky.trifid")
        #expect(topics.contains("sky.trifid.alerts"))
        #expect(topics.contains("sky.trifid.class.AGN"))
        #expect(topics.contains(topics.deadLetters))
        #expect(!topics.contains("ztf_20260101_programid1"))
        #expect(topics.classTopic("RR Lyrae/ab") == "sky.trifid.class.RR-Lyrae-ab")
    }
}
