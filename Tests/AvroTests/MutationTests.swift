import Ground
import Testing

@testable import Avro

/// Bytes that no honest writer wrote: whatever they are, decoding ends, by a value or by an error.
@Suite struct MutationTests {
    /// Decodes every way there is; nothing but `AvroError` may come of it.
    private struct Victim {
        let schema: AvroSchema
        let wanting: DecodePlan
        let skipping: DecodePlan
        let record: DecodedRecord
        let nothing = DecodedRecord(ReaderSchema())

        init(_ schema: AvroSchema, _ reader: ReaderSchema) throws {
            self.schema = schema
            wanting = try DecodePlan(writer: schema, reader: reader)
            skipping = try DecodePlan(writer: schema, reader: ReaderSchema())
            record = DecodedRecord(reader)
        }

        private enum Way: CaseIterable {
            case wanting, skipping, printing, generic
        }

        private func decode(_ datum: UnsafeRawBufferPointer, _ way: Way) throws(AvroError) -> Int {
            switch way {
            case .wanting: return try wanting.decode(datum, into: record)
            case .skipping: return try skipping.decode(datum, into: nothing)
            case .printing:
                var text: [UInt8] = []
                return try RawJSON(schema).append(datum, to: &text)
            case .generic: return try AvroValue.decode(datum, as: schema).used
            }
        }

        /// - Returns: how many of the ways refused the datum.
        func decode(_ datum: [UInt8]) -> Int {
            datum.withUnsafeBytes { bytes in
                var refused = 0
                for way in Way.allCases {
                    do throws(AvroError) {
                        let used = try decode(bytes, way)
                        #expect(used <= datum.count)
                    } catch {
                        refused += 1
                        #expect(error.offset.map { (0...datum.count).contains($0) } == true, "\(error)")
                    }
                }
                return refused
            }
        }
    }

    private static func mutated(_ datum: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var result = datum
        guard !datum.isEmpty else { return result }
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let position = Int.random(in: 0..<max(1, result.count), using: &generator)
            guard position < result.count else { break }
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: result[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: result[position] = [0, 1, 2, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
            case 2: result.removeLast(result.count - position)
            case 3: result.remove(at: position)
            case 4:
                let huge: [UInt8] = [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]
                result.insert(contentsOf: huge.suffix(Int.random(in: 1...10, using: &generator)), at: position)
            default:
                let from = Int.random(in: 0..<result.count, using: &generator)
                result.insert(contentsOf: Array(result[from..<min(result.count, from + 16)]), at: position)
            }
        }
        return result
    }

    @Test func randomDataIsDecodedOrRefused() throws {
        var refused = 0
        for seed in 0..<150 as Range<UInt64> {
            let schema = try RandomSchema.record(seed: seed)
            var reader = ReaderSchema()
            let expectation = Expectation(schema: schema)
            var seen: Set<String> = []
            for (path, type) in expectation.paths(schema.root) where seen.insert(path.joined(separator: ".")).inserted {
                if let kind = expectation.kind(type) { _ = WantedField(kind, path.joined(separator: "."), &reader) }
            }
            let victim = try Victim(schema, reader)
            var generator = SeededGenerator(seed: seed)
            let datum = try AvroValue.encode(RandomValue.of(schema, seed: seed), as: schema)
            for _ in 0..<40 { refused += victim.decode(MutationTests.mutated(datum, &generator)) }
            let noise = (0..<200).map { _ in UInt8.random(in: 0...255, using: &generator) }
            refused += victim.decode(noise)
        }
        #expect(refused > 1000)
    }

    @Test(.enabled(if: SharedData.isHere, Comment(rawValue: SharedData.missing)))
    func mutatedPacketsAreDecodedOrRefused() throws {
        var refused = 0
        for (folder, reader, step) in [
            ("ztf/packets", AlertReaders.ztf(), 20), ("lsst/packets", AlertReaders.lsst(), 15),
        ] {
            for (index, path) in try SharedData.files(folder).enumerated() where index % step == 0 {
                var data: [([UInt8], AvroSchema)] = []
                try SharedData.bytes(path).withUnsafeBytes { bytes in
                    try ObjectContainerReader { $0.schema }.forEach(in: bytes) { datum, schema in
                        data.append(([UInt8](datum), schema))
                        return datum.count
                    }
                }
                var generator = SeededGenerator(seed: UInt64(index))
                for (datum, schema) in data {
                    let victim = try Victim(schema, reader)
                    #expect(victim.decode(datum) == 0)
                    // What is not cutouts is where the structure is: most mutations go there.
                    let head = Array(datum.prefix(20_000))
                    for _ in 0..<60 { refused += victim.decode(MutationTests.mutated(head, &generator)) }
                    for _ in 0..<10 { refused += victim.decode(MutationTests.mutated(datum, &generator)) }
                }
            }
        }
        #expect(refused > 500)
    }

    @Test(.enabled(if: SharedData.isHere, Comment(rawValue: SharedData.missing)))
    func onePacketCutAtEveryByteIsRefused() throws {
        let path = try #require(try SharedData.files("ztf/packets").first { $0.hasSuffix("_v3.3.avro") })
        let packet = try SharedData.bytes(path)
        let reader = AlertReaders.ztf()
        let containers = ObjectContainerReader { try DecodePlan(writer: $0.schema, reader: reader) }
        let record = DecodedRecord(reader)
        func records(_ bytes: UnsafeRawBufferPointer) throws -> Int {
            var count = 0
            try containers.forEach(in: bytes) { datum, plan in
                count += 1
                return try plan.decode(datum, into: record)
            }
            return count
        }
        try packet.withUnsafeBytes { bytes in
            #expect(try records(bytes) == 1)
            let header = try ContainerHeader(bytes)
            var whole = 0
            for count in 0..<bytes.count {
                do {
                    #expect(try records(UnsafeRawBufferPointer(rebasing: bytes[..<count])) == 0)
                    whole += 1
                    #expect(count == header.size + 16)
                } catch let error as AvroError {
                    #expect(error.kind == .truncated || error.kind == .notAvro)
                }
            }
            #expect(whole == 1)
            // The datum itself, cut inside its block.
            let plan = try DecodePlan(writer: header.schema, reader: reader)
            let start = header.size + 16 + 4
            let used = try plan.decode(UnsafeRawBufferPointer(rebasing: bytes[start...]), into: record)
            for count in stride(from: 0, to: used, by: 7) {
                let cut = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)])
                let error = #expect(throws: AvroError.self) { try plan.decode(cut, into: record) }
                #expect(error?.kind == .truncated)
            }
        }
    }
}
