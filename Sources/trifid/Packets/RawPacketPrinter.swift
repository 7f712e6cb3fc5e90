import Avro
import Survey

/// Prints packets as they are, whatever survey they are of.
final class RawPacketPrinter {
    private let messages: FramedMessages<RawJSON>

    init(registry: any SchemaRegistry) {
        messages = FramedMessages(registry: registry) { RawJSON($0) }
    }

    /// Prints each record of a message as one line of JSON.
    ///
    /// - Throws: `AvroError` at the first record that cannot be decoded; those before it are printed. `PacketError` for a
    ///   framed message that goes on after its record, of which nothing is printed.
    func print(_ message: UnsafeRawBufferPointer) throws {
        var line: [UInt8] = []
        let isFramed = FramedDatum.matches(message)
        try messages.forEach(in: message, trailing: PacketError.trailingBytes) { datum, json in
            let used = try json.append(datum, to: &line)
            if !isFramed { emit(&line) }
            return used
        }
        if isFramed { emit(&line) }
    }

    private func emit(_ line: inout [UInt8]) {
        line.append(UInt8(ascii: "\n"))
        StandardOutput.write(line)
        line.removeAll(keepingCapacity: true)
    }
}
