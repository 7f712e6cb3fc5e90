import Avro
import Survey

/// Prints packets as they are, whatever survey they are of.
final class RawPacketPrinter {
    private let registry: any SchemaRegistry
    private let containers: ObjectContainerReader<RawJSON>
    private var framed = BoundedCache<FramedDatum.SchemaKey, RawJSON>(maximumSize: 64 << 20)

    init(registry: any SchemaRegistry) {
        self.registry = registry
        containers = ObjectContainerReader { header in RawJSON(header.schema) }
    }

    /// Prints each record of a message as one line of JSON.
    ///
    /// - Throws: `AvroError` at the first record that cannot be decoded; those before it are printed. `PacketError` for a
    ///   framed message that goes on after its record, of which nothing is printed.
    func print(_ message: UnsafeRawBufferPointer) throws {
        var line: [UInt8] = []
        if FramedDatum.matches(message) {
            let frame = try FramedDatum(message)
            let json: RawJSON
            if let known = framed[frame.key] {
                json = known
            } else {
                let schema = try registry.schema(frame.key)
                json = RawJSON(schema)
                framed.keep(json, for: frame.key, bytes: schema.memory)
            }
            let datum = UnsafeRawBufferPointer(rebasing: message[frame.headerSize...])
            let used = try json.append(datum, to: &line)
            guard used == datum.count else {
                throw PacketError.trailingBytes(datum.count - used, schema: frame.key)
            }
            emit(&line)
            return
        }
        try containers.forEach(in: message) { datum, json in
            let used = try json.append(datum, to: &line)
            emit(&line)
            return used
        }
    }

    private func emit(_ line: inout [UInt8]) {
        line.append(UInt8(ascii: "\n"))
        StandardOutput.write(line)
        line.removeAll(keepingCapacity: true)
    }
}
