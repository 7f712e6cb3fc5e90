import Avro
import Foundation
import Sky
import Testing

@testable import Survey

@Suite(.enabled(if: SharedData.isThere)) struct ELAsTiCCPacketTests {
    static func packet(_ version: String) throws -> MadePacket {
        let folder = try SchemaFolder(SharedData.schemas.appendingPathComponent("elasticc/v\(version)").path)
        var packet = MadePacket(try folder.schema(named: "elasticc.v\(version).alert"))
        packet["alertId"] = 1_231_321_321
        packet["diaSource.diaSourceId"] = 2_396_010
        packet["diaSource.diaObjectId"] = 1198
        packet["diaSource.midPointTai"] = 60_671.25
        packet["diaSource.filterName"] = "Y"
        packet["diaSource.ra"] = 157.5
        packet["diaSource.decl"] = -23.5
        packet["diaSource.psFlux"] = .float(64)
        packet["diaSource.psFluxErr"] = .float(8)
        packet["diaSource.snr"] = .float(8)
        return packet
    }

    @Test(arguments: ["0_9", "0_9_1"]) func theSourceIsTheAlert(version: String) throws {
        let alert = try Self.packet(version).alert()
        #expect(alert.survey == ELAsTiCC.name && alert.alertId == 2_396_010 && alert.objectId == "1198")
        #expect(alert.schemaVersion == version.replacing("_", with: "."))
        #expect(alert.mjd == 60_671.25 && alert.timeScale == .taiMiddle)
        #expect(alert.band.name == "Y" && alert.band.wavelength == LSST.bands[5].wavelength)
        #expect(alert.quality.signalToNoise == 8)
    }

    @Test func fluxcalIsAMagnitudeAtZeroPoint27Point5() throws {
        let own = try Self.packet("0_9").alert().detections[0]
        let magnitude = 27.5 - 2.5 * log10(64)
        #expect(abs(own.flux / Flux.nanojansky(magnitude: magnitude) - 1) < 1e-13)
        #expect(abs(own.fluxErr / own.flux - 0.125) < 1e-15)
        #expect(own.totalFlux.isNaN)
    }

    @Test(arguments: ["0_9", "0_9_1"]) func historiesAreRead(version: String) throws {
        var packet = try Self.packet(version)
        let namespace = "elasticc.v\(version)."
        guard case .record(var source) = packet.empty(namespace + "diaSource"),
            case .record(var forced) = packet.empty(namespace + "diaForcedSource")
        else { return }
        source["diaSourceId"] = 5
        source["midPointTai"] = 60_670
        source["filterName"] = "u"
        source["psFlux"] = .float(-1)
        packet["prvDiaSources"] = .array([.record(source)])
        forced["diaForcedSourceId"] = 6
        forced["midPointTai"] = 60_672
        forced["filterName"] = "g"
        forced["psFlux"] = .float(2)
        if version == "0_9" { forced["totFlux"] = .float(3) }
        packet["prvDiaForcedSources"] = .array([.record(forced)])
        let alert = try packet.alert()
        #expect(alert.detections.map(\.id) == [5, 2_396_010] && alert.detections[0].band == ELAsTiCC.bands[0])
        #expect(alert.detections[0].flux == -ELAsTiCC.nanojanskyPerFluxcal)
        #expect(alert.forced.map(\.flux) == [2 * ELAsTiCC.nanojanskyPerFluxcal])
        #expect(alert.forced[0].totalFlux.isNaN == (version != "0_9"))
        #expect(alert.flags == .historyAfterAlert)
    }

    @Test func aTotalOfMinusOneIsAPlaceholder() throws {
        var packet = try Self.packet("0_9")
        guard case .record(var forced) = packet.empty("elasticc.v0_9.diaForcedSource") else { return }
        forced["midPointTai"] = 60_670
        forced["psFlux"] = .float(2)
        for (value, error, isNone) in [(-1, 1, true), (-1, 2, false), (3, 1, false)] as [(Float, Float, Bool)] {
            forced["totFlux"] = .float(value)
            forced["totFluxErr"] = .float(error)
            packet["prvDiaForcedSources"] = .array([.record(forced)])
            #expect(try packet.alert().forced[0].totalFlux.isNaN == isNone)
        }
    }

    @Test func noiseIsAFifthOfALimit() throws {
        var packet = try Self.packet("0_9")
        packet["prvDiaNondetectionLimits"] = .array([
            .record(["ccdVisitId": 1, "midPointTai": 60_660, "filterName": "r", "diaNoise": .float(2)])
        ])
        let limits = try packet.alert().upperLimits
        #expect(limits.map(\.flux) == [10 * ELAsTiCC.nanojanskyPerFluxcal])
    }

    @Test(
        arguments: [
            ("diaSource.psFlux", .float(.nan), .photometry), ("diaSource.psFlux", .float(.infinity), .photometry),
            ("diaSource.psFluxErr", .float(-1), .photometry), ("diaSource.decl", .double(-91), .position),
            ("diaSource.midPointTai", .double(99_999), .time),
            ("diaSource.filterName", "ninebytes", .photometry), ("diaSource.filterName", "\0", .photometry),
        ] as [(String, AvroValue, PacketError.Stage)]
    )
    func aValueThatCannotBeIsNamed(field: String, value: AvroValue, stage: PacketError.Stage) throws {
        var packet = try Self.packet("0_9_1")
        packet[field] = value
        let error = try packet.error()
        #expect(error?.stage == stage && error?.field == field)
    }
}
