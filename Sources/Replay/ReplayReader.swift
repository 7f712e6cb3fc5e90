internal import Avro
internal import Simulator

/// Reads packet files record by record for a replay.
final class ReplayReader {
    /// A file that cannot be read or decoded.
    struct Unreadable: Error {
        var reason: SimulationError
    }

    /// What is known of the records of one writer's schema.
    private struct Source {
        var plan: ReplayPlan
        var frame: PacketFrame
        var isAsWritten: Bool
    }

    private let framing: SimulationSettings.Framing?
    private let schemaId: Int32?
    private let registry: (any SchemaRegistry)?
    private let containers: ObjectContainerReader<Source>
    private var framed: [Int32: Source] = [:]

    init(framing: SimulationSettings.Framing?, schemaId: Int32?, registry: (any SchemaRegistry)?) {
        self.framing = framing
        self.schemaId = schemaId
        self.registry = registry
        containers = ObjectContainerReader { header in
            try Self.source(header.schema, framing ?? .container, .container, schemaId)
        }
    }

    private static func source(
        _ schema: AvroSchema,
        _ framing: SimulationSettings.Framing,
        _ own: SimulationSettings.Framing,
        _ schemaId: Int32?
    ) throws(SimulationError) -> Source {
        Source(
            plan: try ReplayPlan(schema),
            frame: try PacketFrame(framing, schema: schema, schemaId: schemaId ?? PacketFrame.registryId(schema)),
            isAsWritten: framing == own
        )
    }

    /// Takes note of all ids of a file.
    /// - Returns: why the file cannot be read; nil if it can.
    func note(_ file: String, in identities: inout ReplayIdentities) -> SimulationError? {
        do {
            try records(file) { datum, source in
                try ReplayPass.note(datum, source.plan, in: &identities)
            }
            return nil
        } catch {
            return Self.reason(error)
        }
    }

    /// Calls `body` for each record of a file as a message of a round.
    /// - Returns: false if `body` wants no more.
    /// - Throws: `Unreadable`, or what `body` throws.
    func forEach(
        _ file: String,
        round: Int,
        _ sky: AnotherSky,
        _ identities: ReplayIdentities,
        _ body: (ReplayMessage) throws -> Bool
    ) throws -> Bool {
        // A file of one record goes out as it is; whether it is one is known when the second one comes, or does not.
        var held: (message: ReplayMessage, isAsWritten: Bool)?
        var count = 0
        var bodyError: (any Error)?
        var isWanted = true
        let whole: [UInt8]
        do {
            whole = try records(file) { datum, source in
                let written = try ReplayPass.write(datum, source.plan, sky, identities)
                guard isWanted else { return written.used }
                if let held {
                    do { isWanted = try body(held.message) } catch {
                        bodyError = error
                        throw error
                    }
                }
                let value = source.frame.message(
                    written.datum,
                    marker: RandomStream.hash(UInt64(round), .packet, UInt64(count))
                )
                held = (
                    ReplayMessage(
                        key: Array(written.object.utf8),
                        value: value,
                        round: round,
                        file: file,
                        record: count
                    ),
                    source.isAsWritten
                )
                count += 1
                return written.used
            }
        } catch {
            if let bodyError { throw bodyError }
            throw Unreadable(reason: Self.reason(error))
        }
        guard isWanted, let last = held else { return isWanted }
        guard count == 1, last.isAsWritten, sky.round == 0 else { return try body(last.message) }
        return try body(
            ReplayMessage(key: last.message.key, value: whole, round: round, file: file, record: 0)
        )
    }

    /// Calls `body` for each datum of a file.
    /// - Returns: the bytes of the file.
    @discardableResult
    private func records(_ file: String, _ body: (UnsafeRawBufferPointer, Source) throws -> Int) throws -> [UInt8] {
        let bytes = try FileBytes.read(file)
        try bytes.withUnsafeBytes { message in
            if ContainerHeader.matches(message) {
                try containers.forEach(in: message, body)
            } else if ConfluentFrame.matches(message), !message.isEmpty {
                let source = try framedSource(try ConfluentFrame(message).schemaId)
                let datum = UnsafeRawBufferPointer(rebasing: message[ConfluentFrame.headerSize...])
                let used = try body(datum, source)
                guard used == datum.count else {
                    throw SimulationError("\(datum.count - used) bytes are left over after the record")
                }
            } else {
                throw SimulationError("neither an Avro object container nor a Confluent-framed message")
            }
        }
        return bytes
    }

    private func framedSource(_ id: Int32) throws -> Source {
        if let known = framed[id] { return known }
        guard let registry else {
            throw SimulationError("the schema \(id) is needed: name a registry or a folder of schemas")
        }
        let source = try Self.source(
            try registry.schema(id: id),
            framing ?? .confluent,
            .confluent,
            schemaId ?? id
        )
        framed[id] = source
        return source
    }

    private static func reason(_ error: any Error) -> SimulationError {
        (error as? SimulationError) ?? SimulationError("\(error)")
    }
}
