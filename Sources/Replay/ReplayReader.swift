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

    private let messages: FramedMessages<Source>

    init(framing: SimulationSettings.Framing?, schemaId: Int32?, registry: (any SchemaRegistry)?) {
        messages = FramedMessages(
            lookUp: { key in
                guard let registry else {
                    throw SimulationError("the schema \(key) is needed: name a registry or a folder of schemas")
                }
                return try registry.schema(key)
            },
            make: { schema, key in try Self.source(schema, key, framing, schemaId) }
        )
    }

    /// - Parameter key: what a framed message names its schema by, nil for a container.
    private static func source(
        _ schema: AvroSchema,
        _ key: FramedDatum.SchemaKey?,
        _ framing: SimulationSettings.Framing?,
        _ schemaId: Int32?
    ) throws(SimulationError) -> Source {
        let own: SimulationSettings.Framing
        var ownId: Int32?
        switch key {
        case nil: own = .container
        case .id(let id): (own, ownId) = (.confluent, id)
        case .fingerprint: own = .singleObject
        }
        return Source(
            plan: try ReplayPlan(schema),
            frame: try PacketFrame(
                framing ?? own,
                schema: schema,
                schemaId: schemaId ?? ownId ?? PacketFrame.registryId(schema)
            ),
            isAsWritten: (framing ?? own) == own
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
            guard ContainerHeader.matches(message) || FramedDatum.matches(message) else {
                throw SimulationError(
                    "neither an Avro object container nor a record with its schema's id or fingerprint"
                )
            }
            try messages.forEach(in: message, body)
        }
        return bytes
    }

    private static func reason(_ error: any Error) -> SimulationError {
        (error as? SimulationError) ?? SimulationError("\(error)")
    }
}
