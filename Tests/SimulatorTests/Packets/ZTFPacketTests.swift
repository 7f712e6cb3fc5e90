import Avro
import SimulationSupport
import Sky
import Survey
import Testing

@testable import Simulator

@Suite struct ZTFPacketTests {
    @Test func everyFieldOfTheCandidateIsFilled() throws {
        for alert in try Simulations.alerts(200, Simulations.settings()) {
            let candidate = try #require(try Datum.value(alert.packet)["candidate"])
            guard case .record(let record) = candidate else {
                Issue.record("the candidate is no record")
                return
            }
            #expect(record.fields.count > 100)
            let missing = record.fields.filter { $0.value.isNull }.map(\.name)
            #expect(missing.isEmpty, "\(missing)")
        }
    }

    @Test func thePacketTellsTheTruth() throws {
        for alert in try Simulations.alerts(250, Simulations.settings()) {
            let packet = try Datum.value(alert.packet)
            let candidate = try #require(packet["candidate"])
            #expect(packet["objectId"]?.text == alert.objectId)
            #expect(packet["candid"]?.integer == alert.alertId && candidate["candid"]?.integer == alert.alertId)
            #expect(candidate["jd"]?.number == alert.mjd + 2_400_000.5)
            let magnitude = try #require(candidate["magpsf"]?.number)
            let flux = Photometric.flux(magnitude) * (candidate["isdiffpos"]?.text == "t" ? 1 : -1)
            #expect((flux / alert.flux - 1).magnitude < 3e-6)
            let separation = ((candidate["dec"]?.number ?? 0) - alert.dec).magnitude * 3600
            #expect(separation < 2.5, "\(separation) arcseconds")
            #expect(packet["prv_candidates"]?.items.count == alert.historyCount)
            #expect(packet["prv_candidates"]?.items.count { $0["candid"]?.isNull == false } == alert.historyDetections)
            #expect(packet["fp_hists"]?.items.count == alert.historyCount)
            let isKnown = candidate["ssnamenr"]?.text != "null"
            #expect(isKnown == (alert.sourceClass == .asteroid))
            let drb = try #require(candidate["drb"]?.number)
            #expect((drb < 0.5) == (alert.sourceClass == .bogus))
        }
    }

    @Test func theDecoderOfTheBrokerReadsTheTruth() throws {
        let decoder = PacketDecoder(registry: nil)
        var count = 0
        for truth in try Simulations.alerts(200, Simulations.settings(cutouts: true)) {
            try truth.packet.withUnsafeBytes { message in
                try decoder.decode(message) { alert, datum in
                    count += 1
                    #expect(alert.survey == truth.survey && alert.objectId == truth.objectId)
                    #expect(alert.alertId == truth.alertId && alert.schemaVersion == "4.02")
                    #expect((alert.mjd - truth.mjd).magnitude < 1e-9 && alert.timeScale == .utcStart)
                    #expect(alert.band.name == truth.band)
                    #expect(alert.flags.contains(.solarSystem) == (truth.sourceClass == .asteroid))
                    #expect(!alert.flags.contains(.historyAfterAlert))
                    #expect(alert.detections.count == truth.historyDetections + 1)
                    #expect(alert.upperLimits.count == truth.historyCount - truth.historyDetections)
                    #expect(alert.forced.count == truth.historyCount)
                    let own = try #require(alert.detections.last)
                    #expect((own.flux / truth.flux - 1).magnitude < 3e-6)
                    #expect((own.fluxErr / truth.fluxErr - 1).magnitude < 3e-6)
                    for cutout in [alert.cutouts.science, alert.cutouts.template, alert.cutouts.difference] {
                        let range = try #require(cutout)
                        #expect(datum[range.lowerBound] == 0x1F && datum[range.lowerBound + 1] == 0x8B)
                    }
                }
            }
        }
        #expect(count == 200)
    }

    @Test func theHistoryRepeatsEarlierAlerts() throws {
        var known: [Int64: SimulatedAlert] = [:]
        var repeated = 0
        var settings = Simulations.settings()
        settings.objects = 150
        settings.asteroids = 0
        for alert in try Simulations.alerts(500, settings) {
            for row in try Datum.value(alert.packet)["prv_candidates"]?.items ?? [] {
                guard let id = row["candid"]?.integer, let before = known[id] else { continue }
                repeated += 1
                #expect(before.objectId == alert.objectId)
                #expect(row["jd"]?.number == before.mjd + 2_400_000.5)
                let magnitude = try #require(row["magpsf"]?.number)
                #expect((Photometric.flux(magnitude) / before.flux.magnitude - 1).magnitude < 3e-6)
            }
            known[alert.alertId] = alert
        }
        #expect(repeated > 200)
    }

    @Test func totalFluxIsTheReferenceAndTheDifference() throws {
        let decoder = PacketDecoder(registry: nil)
        var settings = Simulations.settings()
        settings.mix = [.eclipsingContact: 1]
        settings.asteroids = 0
        settings.artefactsPerNight = 0
        settings.transientsPerNight = 0
        for truth in try Simulations.alerts(200, settings) {
            try truth.packet.withUnsafeBytes { message in
                try decoder.decode(message) { alert, _ in
                    // A contact binary never fades by more than half, nor brightens by more.
                    let own = try #require(alert.detections.last)
                    let share = own.flux / (own.totalFlux - own.flux)
                    #expect((-0.7...0.7).contains(share), "\(share)")
                }
            }
        }
    }

    @Test func packetsAreAsLargeAsTheRealOnes() throws {
        let sizes = try Simulations.alerts(100, Simulations.settings(cutouts: true)).map(\.packet.count)
        #expect(sizes.allSatisfy { (50_000...80_000).contains($0) })
    }
}
