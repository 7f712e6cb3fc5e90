import Foundation
import Sky
import Testing

@testable import Survey

/// Small packets that once went wrong: `cases/packets` of the shared data.
@Suite(.enabled(if: SharedData.casesAreThere)) struct PacketCasesTests {
    static let folder = SharedData.cases

    static func alert(_ name: String) throws -> Alert {
        try #require(PacketDecoder(registry: nil).alerts(folder.appendingPathComponent(name + ".avro")).first)
    }

    static func lightCurve(_ alert: Alert) -> [PhotometricPoint] { alert.exposures(quality: Surveys.qualityRule) }

    /// Exposures of an alert up to its time, whatever stands of them.
    static func exposures(_ alert: Alert) -> Int {
        Set(alert.points.filter { $0.mjd <= alert.mjd }.map { "\($0.band) \($0.mjd.bitPattern)" }).count
    }

    @Test func aWithdrawalTimeThatIsNoNumberWithdrawsNothing() throws {
        let (alert, control) = (
            try Self.alert("lsst_v9_withdrawn_nan"), try Self.alert("lsst_v9_withdrawn_null_control")
        )
        #expect(text([alert]) == text([control]))
        #expect(alert.detections.count == 3 && alert.forced.count == 1)
        #expect(alert.detections.allSatisfy { !$0.isWithdrawn })
    }

    @Test func aVisitIsOnePointForAModelAndAllItsRowsAreKept() throws {
        let alert = try Self.alert("lsst_v10_forced_twice")
        let twins = alert.forced.filter { forced in alert.detections.contains { $0.isSameExposure(as: forced) } }
        #expect(!twins.isEmpty)
        let points = Self.lightCurve(alert)
        #expect(Set(points.map { "\($0.band) \($0.mjd.bitPattern)" }).count == points.count)
        #expect(points.count < alert.points.count)
    }

    @Test func flagsAreReadAndSuchRowsAreNoDetections() throws {
        let alert = try Self.alert("lsst_v10_psfFlux_flag")
        #expect(Surveys.names(of: alert.quality.flags, survey: alert.survey).contains("psfFlux_flag"))
        let flagged = alert.detections.filter {
            Surveys.names(of: $0.quality.flags, survey: alert.survey).contains("psfFlux_flag")
        }
        #expect(flagged.count > 1)
        let cut = Surveys.qualityRule.cut(of: alert.survey)
        #expect(cut.refuses(alert.quality.ofPoint))
        let points = Self.lightCurve(alert)
        #expect(points.contains { $0.id == alert.alertId })
        #expect(!points.contains { $0.kind == .detection && $0.id != alert.alertId && cut.refuses($0.quality) })
    }

    @Test func threeCandidatesOfOneExposureAreOnePoint() throws {
        let alert = try Self.alert("ztf_same_exposure_three_candids")
        #expect(Self.exposures(alert) == 13)
        #expect(alert.detections.count { !$0.isChosen } > 0)
        #expect(Self.lightCurve(alert).count <= 13)
        let all = alert.exposures(quality: QualityRule(realBogusBelow: 0))
        #expect(all.count == 13)
    }

    @Test(arguments: ["ztf_one_measurement_two_candids", "ztf_row_twice", "ztf_limit_twice"])
    func whatStandsTwiceIsOnePoint(name: String) throws {
        let alert = try Self.alert(name)
        #expect(Self.exposures(alert) < alert.points.count)
        let rule = QualityRule(deepRealBogusBelow: 0, realBogusBelow: 0)
        #expect(alert.exposures(quality: rule).count == Self.exposures(alert))
        // A light curve does not tell the order of the rows.
        var turned = alert
        turned.detections.reverse()
        turned.upperLimits.reverse()
        #expect(turned.exposures(quality: rule).map(\.mjd) == alert.exposures(quality: rule).map(\.mjd))
    }

    @Test func aRowWithoutATimeCostsTheRow() throws {
        let alert = try Self.alert("ztf_d22_prv_bad_jd")
        #expect(alert.flags.contains(.historyUnreadable) && alert.unreadableRows == 1)
    }

    @Test func aPlaceholderIsNoSignalToNoise() throws {
        let alert = try Self.alert("elasticc_snr_placeholder")
        let own = try #require(alert.detections.first { $0.id == alert.alertId })
        #expect(alert.quality.signalToNoise.map { abs(Double($0) - own.flux / own.fluxErr) < 1e-4 } == true)
    }

    @Test(arguments: ["ztf_object_id_nul", "ztf_object_id_long"]) func anObjectsIdIsAKey(name: String) throws {
        let error = #expect(throws: PacketError.self) { try Self.alert(name) }
        #expect(error?.letterCode.description == "identity.object-id")
    }
}
