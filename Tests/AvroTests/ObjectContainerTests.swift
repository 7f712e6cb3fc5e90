import Testing

@testable import Avro

@Suite struct ObjectContainerTests {
    private static let schema = try? AvroSchema(
        json: #"{"type":"record","name":"r","doc":"kept","fields":[{"name":"s","type":"string","default":"x"}]}"#
    )

    private func container(
        _ texts: [String],
        codec: BlockCodec = .null,
        blockSize: Int = 20,
        marker: UInt8 = 7
    ) throws -> [UInt8] {
        let schema = try #require(ObjectContainerTests.schema)
        var writer = ObjectContainerWriter(
            schema: schema,
            codec: codec,
            metadata: ["note": [1, 2]],
            syncMarker: [UInt8](repeating: marker, count: 16),
            blockSize: blockSize
        )
        for text in texts { try writer.append(try AvroValue.encode(.record(["s": .string(text)]), as: schema)) }
        return try writer.finish()
    }

    private func texts(_ container: [UInt8], _ reader: ObjectContainerReader<AvroSchema>? = nil) throws -> [String] {
        let reader = reader ?? ObjectContainerReader { $0.schema }
        var texts: [String] = []
        try container.withUnsafeBytes { bytes in
            try reader.forEach(in: bytes) { datum, schema in
                let (value, used) = try AvroValue.decode(datum, as: schema)
                if case .string(let text)? = value["s"] { texts.append(text) }
                return used
            }
        }
        return texts
    }

    private static let words = [
        "", "alpha", "a longer text that fills a block", "b", "c", String(repeating: "z", count: 5000),
    ]

    @Test(arguments: [BlockCodec.null, .deflate, .snappy], [1, 20, 100_000])
    func givesBackWhatWasWritten(codec: BlockCodec, blockSize: Int) throws {
        let words = ObjectContainerTests.words
        #expect(try texts(try container(words, codec: codec, blockSize: blockSize)) == words)
        #expect(try texts(try container([], codec: codec)) == [])
    }

    @Test func keepsSchemaAndMetadata() throws {
        let header = try container(["a"], codec: .snappy).withUnsafeBytes { try ContainerHeader($0) }
        #expect(header.schema == ObjectContainerTests.schema)
        #expect(header.codec == .snappy)
        #expect(header.metadata == ["note": [1, 2]])
    }

    @Test func aHeaderIsReadOnceWhateverItsMarker() throws {
        var made = 0
        let reader = ObjectContainerReader { header in
            made += 1
            return header.schema
        }
        for marker in 0..<20 as Range<UInt8> {
            #expect(try texts(try container(["a"], marker: marker), reader) == ["a"])
            #expect(try texts(try container(["b"], codec: .deflate, marker: marker), reader) == ["b"])
        }
        #expect(made == 2)
    }

    @Test func theHeadersThatAreRememberedAreBounded() throws {
        var made = 0
        let reader = ObjectContainerReader(capacity: 2) { header in
            made += 1
            return header.schema
        }
        let codecs = [BlockCodec.null, .deflate, .snappy]
        for codec in codecs + codecs { _ = try texts(try container(["a"], codec: codec), reader) }
        #expect(made == 6)
        for codec in [BlockCodec.snappy, .deflate, .snappy, .deflate] {
            _ = try texts(try container(["a"], codec: codec), reader)
        }
        #expect(made == 6)
    }

    @Test func aHeaderThatIsOfNoUseIsRememberedWithItsError() throws {
        var made = 0
        let reader = ObjectContainerReader<AvroSchema> { _ in
            made += 1
            throw AvroError(.missingField, "no candid")
        }
        for _ in 0..<3 {
            let error = #expect(throws: AvroError.self) { try texts(try container(["a"]), reader) }
            #expect(error?.kind == .missingField)
        }
        #expect(made == 1)
    }

    @Test(arguments: [BlockCodec.null, .deflate, .snappy, .zstandard]) func everyTruncationIsToldOrEndsAtABlock(
        codec: BlockCodec
    )
        throws
    {
        let words = Array(ObjectContainerTests.words.dropLast())
        let whole = try container(words, codec: codec)
        var complete = 0
        for count in 0..<whole.count {
            do {
                let found = try texts(Array(whole[..<count]))
                #expect(words.starts(with: found))
                complete += 1
            } catch let error as AvroError {
                #expect(error.kind == .truncated || error.kind == .notAvro, "\(count): \(error)")
                #expect(error.offset.map { $0 <= count } == true)
            }
        }
        // After the header and after each block but the last.
        #expect(complete == 2)
    }

    @Test(arguments: [BlockCodec.null, .deflate, .snappy, .zstandard]) func noChangedByteCrashesTheReader(
        codec: BlockCodec
    ) throws {
        let whole = try container(ObjectContainerTests.words.dropLast(), codec: codec)
        var refused = 0
        for position in whole.indices {
            for change in [0x01, 0x80, 0xFF] as [UInt8] {
                var changed = whole
                changed[position] ^= change
                do { _ = try texts(changed) } catch { refused += 1 }
            }
        }
        #expect(refused > whole.count)
    }

    @Test func aSnappyBlockIsCheckedByItsCRC() throws {
        var changed = try container(["abcdefgh"], codec: .snappy)
        changed[changed.count - 16 - 1] ^= 1
        let error = #expect(throws: AvroError.self) { try texts(changed) }
        #expect(error?.description.contains("CRC") == true)
    }

    @Test func aBlockThatGrowsBeyondTheLimitIsRefused() throws {
        let words = [String(repeating: "z", count: 3_000_000)]
        for codec in [BlockCodec.deflate, .snappy, .zstandard] {
            let bomb = try container(words, codec: codec)
            let small = ObjectContainerReader(limits: .with { $0.blockBytes = 1_000_000 }) { $0.schema }
            let error = #expect(throws: AvroError.self) { try texts(bomb, small) }
            #expect(error?.kind == .tooLarge)
            #expect(try texts(bomb) == words)
        }
    }

    @Test func unknownCodecsAndOtherFilesAreNamed() throws {
        var brotli = AvroEncoder()
        brotli.raw([0x4F, 0x62, 0x6A, 1])
        brotli.blockStart(2)
        for (key, value) in [("avro.schema", "\"long\""), ("avro.codec", "brotli")] {
            brotli.string(key)
            brotli.string(value)
        }
        brotli.blocksEnd()
        brotli.raw([UInt8](repeating: 0, count: 16))
        let codec = #expect(throws: AvroError.self) { try texts(brotli.bytes) }
        #expect(codec?.kind == .unsupportedCodec)
        #expect(codec?.description.contains("brotli") == true)
        for bytes in [[], [0x4F], Array("SIMPLE  =".utf8), [0, 0, 0, 2, 192]] as [[UInt8]] {
            let error = #expect(throws: AvroError.self) { try texts(bytes) }
            #expect(error?.kind == .notAvro)
        }
    }

    @Test func aChecksumThatZlibLeftBehindIsNoError() throws {
        let whole = try container(["alpha"], codec: .deflate)
        let header = try whole.withUnsafeBytes { try ContainerHeader($0) }
        let block = Array(whole[(header.size + 18)..<(whole.count - 16)])
        for (extra, isFine) in [([1, 2, 3], true), ([1, 2, 3, 4], true), ([1, 2, 3, 4, 5], false)] as [([UInt8], Bool)]
        {
            var encoder = AvroEncoder()
            encoder.raw(whole[..<(header.size + 16)])
            encoder.long(1)
            encoder.bytes(block + extra)
            encoder.raw([UInt8](repeating: 7, count: 16))
            if isFine {
                #expect(try texts(encoder.bytes) == ["alpha"])
            } else {
                #expect(throws: AvroError.self) { try texts(encoder.bytes) }
            }
        }
    }

    @Test func aCompressedContainerIsToldByItsHeader() throws {
        let schema = try AvroSchema(json: "\"int\"")
        for (codec, isCompressed) in [(BlockCodec.null, false), (.deflate, true), (.snappy, true), (.zstandard, true)] {
            var writer = ObjectContainerWriter(schema: schema, codec: codec)
            try writer.append([2])
            let container = try writer.finish()
            for length in 0...container.count {
                let found = container[..<length].withUnsafeBytes { ContainerHeader.isCompressed($0) }
                #expect(!found || isCompressed)
                if length == container.count { #expect(found == isCompressed) }
            }
        }
    }
}
