import Ground
import Testing

@testable import Avro

@Suite struct DecodePlanPropertyTests {
    private struct List {
        var path: [String]
        var item: AvroSchema.TypeIndex
        var handle: ReaderList
        var fields: [Wanted] = []
    }

    private struct Wanted {
        var path: [String]
        var field: WantedField
    }

    /// Randomly chosen fields and lists of a schema.
    private struct Wishes {
        var reader = ReaderSchema()
        var fields: [Wanted] = []
        var lists: [List] = []

        init(_ expectation: Expectation, seed: UInt64) {
            var generator = SeededGenerator(seed: seed)
            let schema = expectation.schema
            // Through unions several types may stand at one path; the first is the one that a path means.
            var seen: Set<String> = []
            for (path, type) in expectation.paths(schema.root) where seen.insert(path.joined(separator: ".")).inserted {
                guard generator.chance(0.6) else { continue }
                if let item = DecodePlanPropertyTests.item(type, schema) {
                    let handle = reader.list(path.joined(separator: "."))
                    lists.append(List(path: path, item: item, handle: handle))
                } else {
                    fields += wanted(path, type, expectation, &generator, in: nil)
                }
            }
            for index in lists.indices {
                let list = lists[index]
                var seen: Set<String> = []
                for (path, type) in [([], list.item)] + expectation.paths(list.item)
                where seen.insert(path.joined(separator: ".")).inserted && generator.chance(0.7) {
                    lists[index].fields += wanted(path, type, expectation, &generator, in: list.handle)
                }
            }
        }

        /// Sometimes the same field twice.
        private mutating func wanted(
            _ path: [String],
            _ type: AvroSchema.TypeIndex,
            _ expectation: Expectation,
            _ generator: inout SeededGenerator,
            in list: ReaderList?
        ) -> [Wanted] {
            guard let kind = expectation.kind(type) else { return [] }
            return (0..<(generator.chance(0.2) ? 2 : 1)).map { _ in
                Wanted(path: path, field: WantedField(kind, path.joined(separator: "."), &reader, in: list))
            }
        }
    }

    private static func item(_ type: AvroSchema.TypeIndex, _ schema: AvroSchema) -> AvroSchema.TypeIndex? {
        switch schema[type] {
        case .array(let item): return item
        case .union(let branches):
            for branch in branches { if case .array(let item) = schema[branch] { return item } }
            return nil
        default: return nil
        }
    }

    @Test(arguments: 0..<4) func plansGiveWhatTheGenericDecoderGives(part: Int) throws {
        var checked = 0
        for seed in 0..<600 where seed % 4 == part {
            let schema = try RandomSchema.record(seed: UInt64(seed))
            let expectation = Expectation(schema: schema)
            let wishes = Wishes(expectation, seed: UInt64(seed))
            let plan = try DecodePlan(writer: schema, reader: wishes.reader)
            let record = DecodedRecord(wishes.reader)
            for round in 0..<8 {
                let value = RandomValue.of(schema, seed: UInt64(seed * 1000 + round))
                let encoded =
                    round % 2 == 0
                    ? try AvroValue.encode(value, as: schema)
                    : SloppyEncoder.encode(value, as: schema, seed: UInt64(seed + round))
                let datum = encoded + [1, 2, 3]
                checked += try check(datum, value, plan, wishes, expectation, record, "seed \(seed) round \(round)")
            }
        }
        #expect(checked > 1000)
    }

    private func check(
        _ datum: [UInt8],
        _ value: AvroValue,
        _ plan: DecodePlan,
        _ wishes: Wishes,
        _ expectation: Expectation,
        _ record: DecodedRecord,
        _ context: String
    ) throws -> Int {
        var checked = 0
        let root = expectation.schema.root
        try datum.withUnsafeBytes { bytes in
            let used = try plan.decode(bytes, into: record)
            #expect(used == datum.count - 3, "\(context)")
            for wanted in wishes.fields {
                let expected = expectation.value(wanted.path[...], root, value)
                #expect(wanted.field.holds(expected, record, 0, datum), "\(context) \(wanted.path)")
                checked += 1
            }
            for list in wishes.lists {
                var items: [AvroValue] = []
                if case .array(let found)? = expectation.value(list.path[...], root, value) { items = found }
                #expect(record[list.handle] == items.count, "\(context) \(list.path)")
                guard record[list.handle] == items.count else { continue }
                for (row, item) in items.enumerated() {
                    for wanted in list.fields {
                        let expected = expectation.value(wanted.path[...], list.item, item)
                        #expect(
                            wanted.field.holds(expected, record, row, datum),
                            "\(context) \(list.path) \(wanted.path)"
                        )
                        checked += 1
                    }
                }
            }
        }
        return checked
    }
}
