import Avro
import Foundation
import Sky
import Testing

@testable import Survey

/// Packets of every version, made from the survey's own schemas.
@Suite(.enabled(if: SharedData.isThere)) struct LSSTPacketTests {
    static let versions: [Int32] = [700, 701, 702, 703, 704, 800, 900, 1000, 1001, 1100, 1101]

    static func registry() throws -> FolderSchemaRegistry {
        try FolderSchemaRegistry(SharedData.schemas.appendingPathComponent("lsst").path)
    }

    static func packet(_ version: Int32) throws -> MadePacket {
        var packet = MadePacket(try registry().schema(id: version))
        packet["diaSource.diaSourceId"] = 170_112_044_504_187_004
        packet[version < 800 ? "alertId" : "diaSourceId"] = 170_112_044_504_187_004
        packet["diaSource.diaObjectId"] = 77
        packet["diaSource.ra"] = 150.5
        packet["diaSource.dec"] = 2.25
        packet["diaSource.midpointMjdTai"] = 61_000.125
        packet["diaSource.band"] = "z"
        packet["diaSource.psfFlux"] = .float(-1234.5)
        packet["diaSource.psfFluxErr"] = .float(100.25)
        return packet
    }

    @Test(arguments: versions) func everyVersionIsRead(version: Int32) throws {
        var packet = try Self.packet(version)
        packet["diaSource.snr"] = .float(12.25)
        packet["diaSource.reliability"] = .float(0.875)
        packet["diaSource.extendedness"] = .float(0.5)
        packet["cutoutScience"] = .bytes([1, 2, 3])
        if version >= 800 {
            packet["diaSource.scienceFlux"] = .float(5000.5)
            packet["diaSource.scienceFluxErr"] = .float(50)
        }
        let alert = try packet.alert()
        #expect(alert.survey == LSST.name && alert.schemaVersion == "\(version / 100).\(version % 100)")
        #expect(alert.alertId == 170_112_044_504_187_004 && alert.objectId == "77")
        #expect(alert.ra == 150.5 && alert.dec == 2.25 && alert.mjd == 61_000.125)
        #expect(alert.timeScale == .taiMiddle && alert.band == LSST.bands[4])
        #expect(alert.quality == AlertQuality(reliability: 0.875, signalToNoise: 12.25))
        #expect(alert.context.extendedness == 0.5 && alert.context.solarSystem == nil && alert.flags.isEmpty)
        #expect(alert.cutouts.science?.count == 3 && alert.cutouts.template == nil)
        let own = try #require(alert.detections.first)
        #expect(alert.detections.count == 1 && own.id == alert.alertId)
        #expect(own.flux == -1234.5 && own.fluxErr == 100.25)
        #expect(version >= 800 ? own.totalFlux == 5000.5 && own.totalFluxErr == 50 : own.totalFlux.isNaN)
    }

    @Test(arguments: versions) func framedMessagesAreReadByTheirId(version: Int32) throws {
        let message = try Self.packet(version).framed(id: version)
        let alerts = try PacketDecoder(registry: Self.registry()).alerts(message)
        #expect(text(alerts) == text([try Self.packet(version).alert()]))
    }

    @Test(arguments: versions) func historiesAreReadAndWhatWasWithdrawnIsMarked(version: Int32) throws {
        var packet = try Self.packet(version)
        func add(_ list: String, _ type: String, _ id: String, _ ids: [Int64]) {
            let namespace = "lsst.v\(version / 100)_\(version % 100)."
            guard case .record(let empty) = packet.empty(namespace + type) else { return }
            packet[list] = .array(
                ids.map { number in
                    var row = empty
                    row[id] = .long(number)
                    row["midpointMjdTai"] = .double(61_000 - Double(number))
                    row["band"] = "y"
                    row["psfFlux"] = .float(Float(number))
                    row["psfFluxErr"] = .float(0.5)
                    return .record(row)
                }
            )
        }
        add("prvDiaSources", "diaSource", "diaSourceId", [5, 9, 7, 8])
        add("prvDiaForcedSources", "diaForcedSource", "diaForcedSourceId", [3, 4, 6])
        packet["prvDiaForcedSources.1.psfFlux"] = .null
        if version >= 900 { packet["prvDiaSources.3.timeWithdrawnMjdTai"] = 60_999.5 }
        let alert = try packet.alert()
        if version >= 900 { packet["prvDiaSources.2.timeWithdrawnMjdTai"] = .double(.nan) }
        #expect(try packet.alert() == alert)
        #expect(alert.detections.map(\.id) == [9, 8, 7, 5, alert.alertId])
        #expect(alert.detections.filter(\.isWithdrawn).map(\.id) == (version >= 900 ? [8] : []))
        #expect(alert.detections.dropLast().allSatisfy { $0.flux == Double($0.id) && $0.band == LSST.bands[5] })
        #expect(alert.forced.map(\.id) == [6, 3])
        #expect(alert.forced.map(\.mjd) == [60_994, 60_997] && alert.forced[0].fluxErr == 0.5)
    }

    @Test func aForcedDifferenceOfZeroIsNone() throws {
        var packet = try Self.packet(1000)
        guard case .record(var row) = packet.empty("lsst.v10_0.diaForcedSource") else { return }
        row["midpointMjdTai"] = 60_990
        row["band"] = "i"
        row["psfFlux"] = .float(0)
        row["psfFluxErr"] = .float(724)
        row["scienceFlux"] = .float(773_316.94)
        packet["prvDiaForcedSources"] = .array([.record(row)])
        let point = try #require(try packet.alert().forced.first)
        #expect(point.flux.isNaN && point.fluxErr.isNaN && point.totalFlux == Double(Float(773_316.94)))
    }

    @Test func whatRubinNeverFilledIsNone() throws {
        var packet = try Self.packet(1000)
        for name in ["dipole", "trail"] { packet["diaSource.\(name)Length"] = .float(1.5) }
        packet["diaSource.dipoleFluxDiff"] = .float(0)
        packet["diaSource.dipoleNdata"] = .int(0)
        packet["diaSource.trailNdata"] = .int(7)
        let context = try packet.alert().context
        #expect(context.dipole?.fluxDifference == nil && context.dipole?.dataCount == nil)
        #expect(context.trail?.dataCount == 7)
    }

    @Test(arguments: [
        ("u", "u"), ("z2", "z2"), ("ABCDEFGH", "ABCDEFGH"), ("ABCDEFGHI", ""), ("z\0", ""), ("é", ""), ("", ""),
    ])
    func aBandOfTheHistoryThatIsNoneHasNoName(written: String, name: String) throws {
        var packet = try Self.packet(702)
        packet["prvDiaNondetectionLimits"] = .array([
            .record([
                "ccdVisitId": 1, "midpointMjdTai": 60_990, "band": .string(written), "diaNoise": .float(20.5),
            ])
        ])
        let band = try #require(try packet.alert().upperLimits.first?.band)
        #expect(band == (name == "u" ? LSST.bands[0] : Band(name, wavelength: .nan)))
    }

    @Test(arguments: versions.filter { $0 < 800 }) func noiseIsAFifthOfALimit(version: Int32) throws {
        var packet = try Self.packet(version)
        packet["prvDiaNondetectionLimits"] = .array([
            .record([
                "ccdVisitId": 1, "midpointMjdTai": 60_990, "band": "g", "diaNoise": .float(20.5),
            ])
        ])
        let limit = PhotometricPoint.upperLimit(mjd: 60_990, band: LSST.bands[1], limit: 102.5)
        #expect(try packet.alert().upperLimits == [limit])
    }

    @Test(arguments: versions, [nil, 0, 21_163_607_064_917_061] as [Int64?])
    func identityFallsToSolarSystemObjectAndSource(version: Int32, ssObjectId: Int64?) throws {
        for diaObjectId in [.null, .long(0)] as [AvroValue] {
            var packet = try Self.packet(version)
            packet["diaSource.diaObjectId"] = diaObjectId
            packet["diaSource.ssObjectId"] = ssObjectId.map { .long($0) } ?? .null
            let alert = try packet.alert()
            let isSolarSystem = ssObjectId ?? 0 != 0
            #expect(alert.objectId == (isSolarSystem ? "sso:21163607064917061" : "source:170112044504187004"))
            #expect(alert.flags.contains(.solarSystem) == isSolarSystem)
            #expect(alert.context.solarSystem?.name == (isSolarSystem ? "21163607064917061" : nil))
        }
    }

    @Test(arguments: versions.filter { $0 >= 800 }) func solarSystemAssociationHasNameDistanceAndMagnitude(
        version: Int32
    ) throws {
        var packet = try Self.packet(version)
        packet["diaSource.diaObjectId"] = 0
        packet["diaSource.ssObjectId"] = 42
        let namespace = "lsst.v\(version / 100)_\(version % 100)."
        packet["ssSource"] = packet.empty(namespace + "ssSource")
        if version < 1000 {
            packet["MPCORB"] = packet.empty(namespace + "MPCORB")
            packet["MPCORB.mpcDesignation"] = "K13L24L"
            packet["ssSource.residualRa"] = .double(3.0 / 3600)
            packet["ssSource.residualDec"] = .double(-4.0 / 3600)
            packet["ssSource.predictedVMagnitude"] = .float(20.5)
        } else {
            packet["ssSource.designation"] = "2000 AE144"
            packet["ssSource.ephOffset"] = .float(4.5)
            packet["ssSource.ephVmag"] = .float(20.5)
        }
        let match = try #require(packet.alert().context.solarSystem)
        #expect(match.name == (version < 1000 ? "2013 LL24" : "2000 AE144"))
        #expect(match.magnitude == 20.5)
        #expect(abs((match.distance ?? 0) - (version < 1000 ? 4.998 : 4.5)) < 0.001)
        packet[version < 1000 ? "ssSource.predictedVMagnitude" : "ssSource.ephVmag"] = .float(0)
        #expect(try packet.alert().context.solarSystem?.magnitude == nil)
    }

    @Test func fluxesThatArePartlyUnknownStayUnknown() throws {
        var packet = try Self.packet(1000)
        packet["diaSource.psfFlux"] = .float(.nan)
        packet["diaSource.psfFluxErr"] = .null
        packet["diaSource.band"] = .null
        let alert = try packet.alert()
        #expect(alert.detections[0].flux.isNaN && alert.detections[0].fluxErr.isNaN)
        #expect(alert.band.name == "" && alert.band.wavelength.isNaN)
    }

    @Test(
        arguments: [
            ("diaSource.psfFlux", .float(.infinity), .photometry), ("diaSource.psfFluxErr", .float(-1), .photometry),
            ("diaSource.scienceFlux", .float(-.infinity), .photometry),
            ("diaSource.scienceFluxErr", .float(-1), .photometry), ("diaSource.ra", .double(361), .position),
            ("diaSource.dec", .double(.nan), .position), ("diaSource.midpointMjdTai", .double(0), .time),
            ("diaSource.midpointMjdTai", .double(2_461_000.5), .time),
            ("diaSource.band", "ninebytes", .photometry), ("diaSource.band", "z\0", .photometry),
            ("diaSource.band", "é", .photometry),
            ("diaSource.band", .string(String(repeating: "z", count: 1_000_000)), .photometry),
        ] as [(String, AvroValue, PacketError.Stage)]
    )
    func aValueThatCannotBeIsNamed(field: String, value: AvroValue, stage: PacketError.Stage) throws {
        var packet = try Self.packet(1101)
        packet[field] = value
        let error = try packet.error()
        #expect(error?.stage == stage && error?.field == field && error?.value != nil)
    }
}
