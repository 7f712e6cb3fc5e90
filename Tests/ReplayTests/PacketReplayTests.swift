import Avro
import SimulationSupport
import Sky
import Survey
import Testing

@testable import Replay
@testable import Simulator

@Suite struct PacketReplayTests {
    private struct Sent {
        var key: String
        var round: Int
        var bytes: [UInt8]
        var value: AvroValue
    }

    private func replay(_ replay: PacketReplay, registry: (any SchemaRegistry)? = nil) throws -> [Sent] {
        var sent: [Sent] = []
        try replay.forEach { event in
            guard case .message(let message) = event else {
                Issue.record("\(event)")
                return true
            }
            let value = try #require(try Datum.values(message.value, registry: registry).first)
            let key = String(decoding: message.key, as: UTF8.self)
            sent.append(Sent(key: key, round: message.round, bytes: message.value, value: value))
            return true
        }
        return sent
    }

    private func files(_ survey: SimulationSettings.Survey, in folder: ScratchFolder, _ count: Int = 60) throws
        -> [String]
    {
        try Simulations.alerts(count, Simulations.settings(survey, framing: .container)).enumerated().map {
            try folder.write($1.packet, "\($0).avro")
        }
    }

    @Test func theFirstRoundIsTheFilesThemselves() throws {
        let folder = try ScratchFolder()
        let alerts = try Simulations.alerts(20, Simulations.settings())
        let files = try alerts.enumerated().map { try folder.write($1.packet, "\($0).avro") }
        let sent = try replay(PacketReplay(files: files, rounds: 2))
        let isSame = sent.prefix(20).map(\.bytes) == alerts.map(\.packet)
        #expect(isSame)
        #expect(sent.prefix(20).map(\.key) == alerts.map(\.objectId))
        #expect(sent.count == 40)
    }

    @Test(arguments: SimulationSettings.Framing.allCases)
    func roundsKeepTheFramingOfTheFilesOrTakeTheOneThatIsAskedFor(_ framing: SimulationSettings.Framing) throws {
        let folder = try ScratchFolder()
        let registry = try FolderSchemaRegistry(Simulations.schemas)
        let settings = Simulations.settings(.lsst(major: 10, minor: 0), framing: framing)
        let alerts = try Simulations.alerts(5, settings)
        let files = try alerts.enumerated().map { try folder.write($1.packet, "\($0).avro") }
        let sent = try replay(PacketReplay(files: files, rounds: 2, registry: registry), registry: registry)
        #expect(sent.prefix(5).map(\.bytes) == alerts.map(\.packet))
        for (first, second) in zip(sent, sent.dropFirst(5)) {
            #expect(first.bytes.prefix(5) == second.bytes.prefix(5) && first.value != second.value)
        }
        let asked = PacketReplay(files: files, framing: .singleObject, registry: registry)
        for (message, own) in zip(try replay(asked, registry: registry), sent) {
            #expect(message.bytes.prefix(2) == [0xC3, 0x01] && message.value == own.value)
        }
    }

    @Test(arguments: SimulationSettings.Framing.allCases)
    func bytesAfterTheRecordAreAnError(_ framing: SimulationSettings.Framing) throws {
        let folder = try ScratchFolder()
        let registry = try FolderSchemaRegistry(Simulations.schemas)
        let alert = try #require(
            try Simulations.alerts(1, Simulations.settings(.lsst(major: 10, minor: 0), framing: framing)).first
        )
        let file = try folder.write(alert.packet + [7], "long.avro")
        var events = 0
        try PacketReplay(files: [file], registry: registry).forEach { event in
            guard case .unreadable(_, let error) = event else {
                Issue.record("\(event)")
                return true
            }
            #expect(framing == .container || "\(error)".contains("goes on for 1 bytes after the record"))
            events += 1
            return true
        }
        #expect(events > 0)
    }

    @Test func theSameBytesComeAgainWhereTheyAreAskedFor() throws {
        let folder = try ScratchFolder()
        let files = try files(.ztf, in: folder, 10)
        let sent = try replay(PacketReplay(files: files, rounds: 3, same: true))
        #expect(sent.count == 30)
        let isSame = (0..<20).allSatisfy { sent[$0].bytes == sent[$0 + 10].bytes }
        #expect(isSame)
    }

    @Test func ztfRoundsAreOtherSkies() throws {
        let folder = try ScratchFolder()
        let sent = try replay(PacketReplay(files: try files(.ztf, in: folder), rounds: 4))
        var alerts: Set<Int64> = []
        var candids: [Set<Int64>] = Array(repeating: [], count: 4)
        for message in sent {
            let value = message.value
            let round = message.round
            let first = sent[sent.firstIndex { $0.round == 0 }! + alerts.count % 60].value
            let id = try #require(value["candid"]?.integer)
            #expect(alerts.insert(id).inserted && value.at("candidate.candid")?.integer == id)
            candids[round].formUnion(value["prv_candidates"]?.items.compactMap { $0["candid"]?.integer } ?? [])
            candids[round].insert(id)
            #expect(value["objectId"]?.text == message.key && message.key.utf8.count == 12)
            checkSky(value, first, AnotherSky(round: round))
        }
        for (a, b) in [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)] {
            let shared = candids[a].intersection(candids[b])
            #expect(shared.isEmpty)
        }
        checkObjects(sent.map { ($0.round, $0.key) }, perRound: 60)
    }

    /// What stands where in the sky, and when, against the packet of the first round.
    private func checkSky(_ value: AvroValue, _ first: AvroValue, _ sky: AnotherSky) {
        func rows(_ packet: AvroValue) -> [AvroValue] {
            [packet["candidate"] ?? .null] + (packet["prv_candidates"]?.items ?? []) + (packet["fp_hists"]?.items ?? [])
        }
        for (row, before) in zip(rows(value), rows(first)) {
            #expect(row["jd"]?.number == before["jd"]?.number.map { $0 + Double(sky.nights) })
            for name in ["ra", "ranr"] {
                #expect(row[name]?.number == before[name]?.number.map { sky.rotated($0) })
            }
            #expect(row["pid"]?.integer == before["pid"]?.integer.map { $0 + Int64(sky.nights) * 1_000_000_000 })
            #expect(row["nid"]?.integer == before["nid"]?.integer.map { $0 + Int64(sky.nights) })
            for name in ["dec", "magpsf", "sigmapsf", "magnr", "fid", "forcediffimflux", "rb"] {
                #expect(row[name] == before[name])
            }
        }
    }

    /// Objects are the same within a round and other ones in every round.
    private func checkObjects(_ keys: [(round: Int, key: String)], perRound: Int) {
        let rounds = Dictionary(grouping: keys, by: \.round).mapValues { $0.map(\.key) }
        let first = rounds[0] ?? []
        for (round, names) in rounds where round > 0 {
            #expect(names.count == perRound)
            var renamed: [String: String] = [:]
            for (name, before) in zip(names, first) {
                #expect(renamed[before] == nil || renamed[before] == name)
                renamed[before] = name
            }
            #expect(Set(renamed.values).count == renamed.count)
            for other in rounds where other.key != round {
                let shared = Set(names).intersection(other.value)
                #expect(shared.isEmpty)
            }
        }
    }

    @Test(arguments: [SimulationSettings.Framing.container, .confluent])
    func lsstRoundsAreOtherSkies(_ framing: SimulationSettings.Framing) throws {
        let folder = try ScratchFolder()
        let registry = try FolderSchemaRegistry(Simulations.schemas)
        let files = try files(.lsst(major: 10, minor: 0), in: folder)
        let sent = try replay(PacketReplay(files: files, rounds: 3, framing: framing), registry: registry)
        let decoder = PacketDecoder(registry: registry)
        #expect(sent.count == 180)
        for (index, message) in sent.enumerated() {
            let first = sent[index % 60].value
            let sky = AnotherSky(round: message.round)
            let value = message.value
            #expect(value["diaSourceId"] == value.at("diaSource.diaSourceId"))
            #expect(
                value.at("diaSource.midpointMjdTai")?.number
                    == first.at("diaSource.midpointMjdTai")?.number.map { $0 + Double(sky.nights) }
            )
            #expect(value.at("diaSource.ra")?.number == first.at("diaSource.ra")?.number.map { sky.rotated($0) })
            #expect(value.at("diaSource.psfFlux") == first.at("diaSource.psfFlux"))
            let object = value.at("diaSource.diaObjectId")?.integer
            for row in (value["prvDiaSources"]?.items ?? []) + (value["prvDiaForcedSources"]?.items ?? []) {
                #expect(row["diaObjectId"]?.integer == object)
            }
            let isSameImage = value["cutoutScience"] == first["cutoutScience"]
            #expect(isSameImage)
            try message.bytes.withUnsafeBytes { bytes in
                try decoder.decode(bytes) { alert, _ in #expect(alert.objectId == message.key) }
            }
        }
        checkObjects(sent.map { ($0.round, $0.key) }, perRound: 60)
    }

    @Test func aFileThatCannotBeReadIsNamedAndTheRestGoesOn() throws {
        let folder = try ScratchFolder()
        let alert = try #require(try Simulations.alerts(1, Simulations.settings()).first)
        let good = try folder.write(alert.packet, "good.avro")
        var bad = [folder.path + "/missing.avro"]
        bad.append(try folder.write(Array("no packet".utf8), "text.avro"))
        bad.append(try folder.write([], "empty.avro"))
        bad.append(try folder.write(Array(alert.packet.dropLast(700)), "short.avro"))
        bad.append(try folder.write([0, 0, 0, 3, 232, 1, 2], "wire.avro"))
        for rounds in [1, 2] {
            var refused: [String] = []
            var count = 0
            try PacketReplay(files: bad + [good], rounds: rounds).forEach { event in
                switch event {
                case .message(let message):
                    #expect(message.file == good)
                    count += 1
                case .unreadable(let file, _): refused.append(file)
                }
                return true
            }
            #expect(refused == bad && count == rounds)
        }
    }

    @Test func aFileThatCannotBeReadIsToldWithTheSystemsReason() throws {
        let files = ["/nonexistent/packet.avro", "/", "/dev/null"]
        var told: [String] = []
        try PacketReplay(files: files).forEach { event in
            guard case .unreadable(let file, let error) = event else { return true }
            told.append("\(file): \(error)")
            return true
        }
        #expect(
            told == [
                "/nonexistent/packet.avro: cannot be read: No such file or directory",
                "/: cannot be read: Is a directory", "/dev/null: cannot be read: it is not a file",
            ]
        )
    }

    @Test func truncationAtEveryByteIsAnError() throws {
        let alert = try #require(try Simulations.alerts(1, Simulations.settings(.lsst(major: 11, minor: 1))).first)
        let schema = try SchemaLocation.alertSchema("lsst/lsst.v11_1.alert.avsc", in: Simulations.schemas)
        let plan = try ReplayPlan(schema)
        let datum = Array(alert.packet.dropFirst(5))
        for length in 0..<datum.count {
            #expect(throws: SimulationError.self) {
                try datum.prefix(length).withUnsafeBytes { bytes in
                    _ = try ReplayPass.write(bytes, plan, AnotherSky(round: 1), ReplayIdentities())
                }
            }
        }
    }

    @Test func itStopsWhenNoMoreIsWanted() throws {
        let folder = try ScratchFolder()
        var count = 0
        try PacketReplay(files: try files(.ztf, in: folder, 5), rounds: 100).forEach { _ in
            count += 1
            return count < 7
        }
        #expect(count == 7)
    }

    @Test(.enabled(if: SharedData.isThere))
    func realPacketsOfAllSurveysBecomeOtherSkies() throws {
        let registry = try FolderSchemaRegistry(Simulations.schemas)
        let decoder = PacketDecoder(registry: registry)
        let files =
            try SharedData.files("ztf/packets").filter { !$0.contains("_conv") }.prefix(60)
            + SharedData.files("lsst/packets").prefix(20) + SharedData.files("lsst/wire_confluent")
            + SharedData.files("lsst/bulk").filter { $0.contains("v7_1") || $0.contains("v9_0_real") }
        var identities: [Int: Set<String>] = [:]
        var first: [(ra: Double, mjd: Double)] = []
        var place = 0
        let replay = PacketReplay(files: Array(files), rounds: 3, registry: registry)
        try replay.forEach { event in
            guard case .message(let message) = event else {
                Issue.record("\(event)")
                return true
            }
            try message.value.withUnsafeBytes { bytes in
                try decoder.decode(bytes) { alert, _ in
                    #expect(Array(alert.objectId.utf8) == message.key)
                    let sky = AnotherSky(round: message.round)
                    identities[message.round, default: []].insert("\(alert.survey) \(alert.alertId)")
                    if message.round == 0 {
                        first.append((alert.ra, alert.mjd))
                    } else {
                        let before = first[place % first.count]
                        #expect((alert.ra - sky.rotated(before.ra)).magnitude < 1e-9)
                        #expect((alert.mjd - before.mjd - Double(sky.nights)).magnitude < 1e-6)
                    }
                    place += 1
                }
            }
            return true
        }
        #expect(identities.count == 3 && Set(identities.values.map(\.count)).count == 1)
        for (a, b) in [(0, 1), (0, 2), (1, 2)] {
            let shared = identities[a, default: []].intersection(identities[b, default: []])
            #expect(shared.isEmpty)
        }
    }
}
