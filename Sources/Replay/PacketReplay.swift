package import Avro
package import Simulator

/// Sends the records of packet files again, each as one message; in every round but the first as another sky.
///
/// Files may be object containers of one or more records, or framed messages, of ZTF, LSST or ELAsTiCC in
/// any version. In a round above 0 every alert, measurement and object has a new id that no other round has (the same
/// object the same id within a round), all positions are turned around the pole by one angle, and all times are later
/// by the same whole number of nights. All other bytes stay as they are.
package struct PacketReplay {
    private let files: [String]
    private let rounds: Int
    private let same: Bool
    private let framing: SimulationSettings.Framing?
    private let schemaId: Int32?
    private let registry: (any SchemaRegistry)?

    /// A replay.
    /// - Parameters:
    ///   - files: paths, sent in this order.
    ///   - rounds: how often all of them are sent.
    ///   - same: whether every round repeats the bytes of the first.
    ///   - framing: how messages are framed; nil for what each file has.
    ///   - schemaId: the id under which the schema of the files is registered, for Confluent framing; nil for
    ///     `lsst.vM_m` and its id M x 100 + m.
    ///   - registry: where the schemas of framed files come from.
    package init(
        files: [String],
        rounds: Int = 1,
        same: Bool = false,
        framing: SimulationSettings.Framing? = nil,
        schemaId: Int32? = nil,
        registry: (any SchemaRegistry)? = nil
    ) {
        self.files = files
        self.rounds = max(1, rounds)
        self.same = same
        self.framing = framing
        self.schemaId = schemaId
        self.registry = registry
    }

    /// Calls `body` for each message, in order, and once for each file that cannot be read, until it returns false.
    /// - Throws: `SimulationError` if there are more rounds than there are ids, or what `body` throws.
    package func forEach(_ body: (ReplayEvent) throws -> Bool) throws {
        let reader = ReplayReader(framing: framing, schemaId: schemaId, registry: registry)
        var identities = ReplayIdentities()
        var spoiled: Set<String> = []
        if rounds > 1, !same {
            for file in files where !spoiled.contains(file) {
                let failure = reader.note(file, in: &identities)
                guard let failure else { continue }
                spoiled.insert(file)
                guard try body(.unreadable(file: file, error: failure)) else { return }
            }
            try identities.makeRoom(rounds: rounds - 1)
        }
        for round in 0..<rounds {
            let sky = AnotherSky(round: same ? 0 : round)
            for file in files where !spoiled.contains(file) {
                do {
                    let isWanted = try reader.forEach(file, round: round, sky, identities) { message in
                        try body(.message(message))
                    }
                    guard isWanted else { return }
                } catch let error as ReplayReader.Unreadable {
                    spoiled.insert(file)
                    guard try body(.unreadable(file: file, error: error.reason)) else { return }
                }
            }
        }
    }
}
