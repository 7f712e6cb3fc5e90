import Foundation
import Ground
import Sky
import Testing

@testable import Training

@Suite struct EvaluationLookTests {
    private func curve(_ days: [(Double, LightCurve.Kind)]) -> LightCurve {
        LightCurve(
            points: days.map { LightCurve.Point(mjd: 60_000 + $0.0, flux: 1, fluxErr: 1, wavelength: 500, kind: $0.1) }
        )
    }

    private var history: LightCurve {
        curve([
            (-5, .upperLimit), (0, .detection), (0.5, .upperLimit), (1, .detection), (2, .upperLimit), (7, .detection),
            (7.001, .detection),
        ])
    }

    @Test func aCutEndsWithADetection() {
        let ends = [1, 2, 3, 4, 5].map { history.pointsBefore(.detections($0)) }
        #expect(ends == [2, 4, 6, 7, 7])
        // Limits before the first detection stay; those after the last detection within the days do not.
        #expect([0, 0.5, 1, 3, 6.99, 7, 30].map { history.pointsBefore(.days($0)) } == [2, 2, 4, 4, 4, 6, 7])
        #expect(history.pointsBefore(.whole) == 7)
        #expect(LightCurve().pointsBefore(.days(3)) == 0 && LightCurve().pointsBefore(.detections(1)) == 0)
        #expect(curve([(0, .upperLimit)]).pointsBefore(.days(3)) == 1)
    }

    private func record(_ curve: LightCurve) -> Record {
        let alert = Alert(
            survey: SurveyName("training"),
            alertId: 0,
            objectId: "",
            ra: .nan,
            dec: .nan,
            mjd: curve.points.last?.mjd ?? 0,
            timeScale: .utcStart,
            band: Band("", wavelength: .nan),
            detections: []
        )
        return Record(
            alert: alert,
            lightCurve: curve,
            fluxChoice: .difference,
            metadata: Metadata(["age": 40, "gal_b_abs": 10])
        )
    }

    @Test func whatIsCutOffIsNotKnownByOtherMeans() {
        var seen = SeenRecords(derived: ["age"])
        let whole = seen.add(record(history), object: 0, EvaluationLook())
        let cut = seen.add(record(history), object: 0, EvaluationLook(cut: .days(1)))
        #expect(seen.records[whole].metadata?["age"] == 40 && seen.records[whole].alert.mjd == 60_007.001)
        #expect(seen.records[cut].metadata?["age"].isNaN == true && seen.records[cut].metadata?["gal_b_abs"] == 10)
        #expect(seen.records[cut].lightCurve.points.count == 4 && seen.records[cut].alert.mjd == 60_001)
    }

    @Test func looksThatShowTheSameAreOneRecord() {
        var seen = SeenRecords(derived: [])
        let places = [
            EvaluationLook(), EvaluationLook(cut: .detections(9)), EvaluationLook(cut: .days(90)),
            EvaluationLook(modalities: [.photometry, .metadata]), EvaluationLook(cut: .detections(2)),
            EvaluationLook(cut: .days(3)), EvaluationLook(modalities: .spectrum),
        ].map { seen.add(record(history), object: 0, $0) }
        #expect(places == [0, 0, 0, 0, 1, 1, 2] && seen.records.count == 3)
        #expect(seen.add(record(history), object: 1, EvaluationLook()) == 3)
        #expect(seen.records[2].lightCurve.points.isEmpty && seen.records[2].metadata == nil)
    }

    @Test func aLookIsToldInWords() {
        #expect(EvaluationLook().description == "")
        #expect(
            EvaluationLook(cut: .days(3), modalities: [.photometry, .metadata]).description
                == "first 3 days, photometry+metadata"
        )
        #expect(EvaluationLook(cut: .detections(8)).description == "first 8 points")
    }
}
