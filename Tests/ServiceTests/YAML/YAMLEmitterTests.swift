import Testing

@testable import Service

@Suite struct YAMLEmitterTests {
    /// Without places.
    private func content(_ node: YAMLNode?) -> YAMLNode? {
        guard let node else { return nil }
        if node.isNull { return YAMLNode(.scalar("null", isQuoted: false)) }
        return switch node.content {
        case .scalar: YAMLNode(node.content)
        case .sequence(let items): YAMLNode(.sequence(items.compactMap(content)))
        case .mapping(let entries):
            YAMLNode(
                .mapping(entries.compactMap { entry in content(entry.value).map { .init(key: entry.key, value: $0) } })
            )
        }
    }

    @Test(arguments: [
        "a: 1\n", "a: {b: [x, y, 1.0e-3], c: {d: true, e: null}}\nf: []\n", "{}", "[1, [2, []], {a: b}]", "plain",
        "a: 'null'\nb: \"x: y # z\"\nc: ~\nd: ''\n", "a: |\n  two\n  lines\nb: \"\\t\\\"\\u00e9\"\n",
        "'key: odd': [\"a, b\", 'c]']\n", "a:\n  - b: 1\n    c: 2\n  - {}\n",
        "a: [{b: }, ~]\nc:\n",
    ])
    func whatIsWrittenReadsToTheSame(text: String) throws {
        let node = try #require(try YAMLParser.parse(Array(text.utf8)))
        let written = try YAMLEmitter.text(node)
        #expect(content(try YAMLParser.parse(written)) == content(node), "\(String(decoding: written, as: UTF8.self))")
    }

    @Test func mappingsStandInBlocksAndListsInBrackets() throws {
        let node = try #require(try YAMLParser.parse(Array("{model: {layers: 2, channels: [time, flux]}}".utf8)))
        #expect(
            String(decoding: try YAMLEmitter.text(node), as: UTF8.self)
                == "model:\n  layers: 2\n  channels: [time, flux]\n"
        )
    }

    @Test func aDocumentThatIsTooLargeIsRefused() throws {
        let node = YAMLNode(text: String(repeating: "a", count: YAMLParser.maximumBytes))
        #expect(throws: YAMLError.self) { try YAMLEmitter.text(node) }
    }
}
