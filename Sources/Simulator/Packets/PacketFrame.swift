package import Avro

/// What stands around a datum: the header of an object container, a registry id, or a fingerprint.
package struct PacketFrame: Sendable {
    private let framing: SimulationSettings.Framing
    private let header: [UInt8]

    /// A frame for data of one schema.
    package init(_ framing: SimulationSettings.Framing, schema: AvroSchema, schemaId: Int32?) throws(SimulationError) {
        self.framing = framing
        switch framing {
        case .confluent:
            guard let schemaId else {
                throw SimulationError(
                    "Confluent framing needs the schema's id in a registry, and \(schema.name ?? "this schema") has "
                        + "none that is known: use the framing container"
                )
            }
            header = ConfluentFrame.header(schemaId: schemaId)
        case .singleObject:
            header = SingleObjectFrame.header(fingerprint: schema.fingerprint)
        case .container:
            var encoder = AvroEncoder()
            encoder.raw([0x4F, 0x62, 0x6A, 1])
            encoder.blockStart(2)
            encoder.string("avro.schema")
            encoder.string(schema.description)
            encoder.string("avro.codec")
            encoder.string("null")
            encoder.blocksEnd()
            header = encoder.bytes
        }
    }

    /// The id of `lsst.vM_m...`: M x 100 + m; nil for other schemas.
    package static func registryId(_ schema: AvroSchema) -> Int32? {
        guard let name = schema.name, name.hasPrefix("lsst.v") else { return nil }
        let version = name.dropFirst(6).prefix { $0 != "." }.split(separator: "_")
        guard version.count == 2, let major = Int32(version[0]), let minor = Int32(version[1]) else { return nil }
        return major * 100 + minor
    }

    /// The framed datum; `marker` seeds a container's sync marker.
    package func message(_ datum: [UInt8], marker: UInt64) -> [UInt8] {
        var message: [UInt8] = []
        message.reserveCapacity(header.count + datum.count + 48)
        message += header
        if framing != .container {
            message += datum
            return message
        }
        var random = RandomStream(seed: marker)
        let sync = (random.next(), random.next())
        withUnsafeBytes(of: sync.0.littleEndian) { message.append(contentsOf: $0) }
        withUnsafeBytes(of: sync.1.littleEndian) { message.append(contentsOf: $0) }
        var block = AvroEncoder(capacity: 16)
        block.long(1)
        block.long(Int64(datum.count))
        message += block.bytes
        message += datum
        withUnsafeBytes(of: sync.0.littleEndian) { message.append(contentsOf: $0) }
        withUnsafeBytes(of: sync.1.littleEndian) { message.append(contentsOf: $0) }
        return message
    }
}
