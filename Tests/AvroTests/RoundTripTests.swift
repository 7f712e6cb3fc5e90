import Testing

@testable import Avro

@Suite struct RoundTripTests {
    static let seeds = 0..<300

    @Test(arguments: [0, 1, 2, 3, 4]) func randomValuesSurviveEncodingAndDecoding(part: Int) throws {
        for seed in RoundTripTests.seeds where seed % 5 == part {
            let schema = try RandomSchema.record(seed: UInt64(seed))
            for round in 0..<10 {
                let value = RandomValue.of(schema, seed: UInt64(seed * 1000 + round))
                let datum = try AvroValue.encode(value, as: schema)
                let (decoded, used) = try AvroValue.decode(datum, as: schema)
                #expect(decoded == value, "seed \(seed) round \(round)")
                #expect(used == datum.count)
                let sloppy = SloppyEncoder.encode(value, as: schema, seed: UInt64(seed + round))
                #expect(
                    try AvroValue.decode(sloppy, as: schema) == (value, sloppy.count),
                    "seed \(seed) round \(round)"
                )
            }
        }
    }

    /// libavro cannot hold an array or map of items without bytes ("Couldn't expand array").
    private static func libavroCanHold(_ schema: AvroSchema) -> Bool {
        schema.types.allSatisfy { shape in
            switch shape {
            case .array(let item), .map(let item): !schema.properties[item].mayBeEmpty
            default: true
            }
        }
    }

    @Test func libavroDecodesTheSameValues() throws {
        var compared = 0
        for seed in RoundTripTests.seeds {
            let schema = try RandomSchema.record(seed: UInt64(seed))
            guard RoundTripTests.libavroCanHold(schema) else { continue }
            compared += 1
            for round in 0..<3 {
                let value = RandomValue.of(schema, seed: UInt64(seed * 1000 + round))
                let datum = try AvroValue.encode(value, as: schema)
                let theirs = try LibAvro.decode(datum, schema: schema.description, as: schema)
                #expect(theirs == value, "seed \(seed) round \(round): \(schema)")
            }
        }
        #expect(compared > 200)
    }

    @Test func libavroReadsOurContainers() throws {
        var compared = 0
        for seed in RoundTripTests.seeds {
            let schema = try RandomSchema.record(seed: UInt64(seed))
            guard RoundTripTests.libavroCanHold(schema) else { continue }
            compared += 1
            let values = (0..<5).map { RandomValue.of(schema, seed: UInt64(seed * 1000 + $0)) }
            for codec in [BlockCodec.null, .deflate, .snappy] {
                var writer = ObjectContainerWriter(schema: schema, codec: codec, blockSize: 200)
                for value in values { try writer.append(try AvroValue.encode(value, as: schema)) }
                let container = try writer.finish()
                let theirs = try LibAvro.decode(container: container, schema: schema.description, as: schema)
                #expect(theirs == values, "seed \(seed) codec \(codec)")
            }
        }
        #expect(compared > 200)
    }

    @Test func printedSchemasParseToThemselves() throws {
        for seed in RoundTripTests.seeds {
            let schema = try RandomSchema.record(seed: UInt64(seed))
            let again = try AvroSchema(json: schema.description)
            #expect(again == schema)
            #expect(again.types == schema.types)
            try LibAvro.accept(schema.description)
        }
    }
}
