import Testing

@testable import Service

@Suite struct YAMLParserTests {
    private func parse(_ text: String) throws -> YAMLNode? { try YAMLParser.parse(Array(text.utf8)) }

    private func failure(_ text: String) -> YAMLError? {
        do throws(YAMLError) {
            _ = try YAMLParser.parse(Array(text.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: ["", "# only a comment\n", "---\n", "\n\n"])
    func aTextWithoutContentIsNothing(text: String) throws {
        let root = try parse(text)
        #expect(root == nil || root?.isNull == true)
    }

    @Test func nodesKnowTheirPlace() throws {
        let root = try #require(try parse("# comment\na:\n  b: [x, 'null', null]\n  c: |\n    two\n    lines\n"))
        guard case .mapping(let outer) = root.content, case .mapping(let inner)? = outer.first?.value.content else {
            Issue.record("not a mapping of mappings")
            return
        }
        #expect(outer.first?.key == "a")
        #expect(inner.map(\.key) == ["b", "c"])
        #expect(inner.map(\.keyPlace.line) == [3, 4])
        #expect(inner.map(\.keyPlace.column) == [3, 3])
        guard case .sequence(let items) = inner[0].value.content else {
            Issue.record("not a list")
            return
        }
        #expect(items.map(\.isNull) == [false, false, true])
        #expect(items.map { $0.place?.column } == [7, 10, 18])
        #expect(inner[1].value.content == .scalar("two\nlines\n", isQuoted: true))
    }

    @Test(
        arguments: [
            ("a: &x 1\n", 1, "anchors"),
            ("a: 1\nb: *x\n", 2, "aliases"),
            ("a: !!str 1\n", 1, "tags"),
            ("a: 1\nb: 2\na: 3\n", 3, "'a' is given twice; the first is on line 1"),
            ("a: {b: 1, b: 2}\n", 1, "'b' is given twice"),
            ("? [1, 2]\n: x\n", 1, "key"),
            ("a: 1\n<<: 2\n", 2, "merge keys"),
            ("a: 1\n---\nb: 2\n", 2, "second document"),
            ("a:\n\tb: 1\n", 2, "spaces, not tabs"),
            ("a: [1, 2\nb: 3\n", 2, "flow sequence"),
            ("a: b: c\n", 1, "mapping values are not allowed"),
            ("a: 'x\n", 2, "end of stream"),
        ]
    )
    func whatIsNotUnderstoodIsRefusedByLine(text: String, line: Int, fragment: String) throws {
        let error = try #require(failure(text))
        #expect(error.line == line)
        #expect(error.message.contains(fragment), "\(error)")
    }

    @Test func depthIsBounded() throws {
        let depth = YAMLParser.maximumDepth
        func nested(_ count: Int) -> String {
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        #expect(failure(nested(depth)) == nil)
        #expect(try #require(failure(nested(depth + 1))).message.contains("deep"))
        #expect(failure(nested(100_000)) != nil)
    }

    @Test func sizeIsBounded() {
        let text = "a: " + String(repeating: "x", count: YAMLParser.maximumBytes)
        #expect(failure(text)?.message.contains("bytes") == true)
    }

    @Test func bytesThatAreNotUTF8AreRefused() {
        #expect(throws: YAMLError.self) { try YAMLParser.parse([0x61, 0x3A, 0x20, 0xFF, 0xFE, 0x0A]) }
    }

    /// No cut of a real file may do more than fail.
    @Test func everyCutOfAFileEndsInANodeOrAnError() {
        let text = Array("a: {b: [1, 'x', \"y\\n\"], c: ~}\nd: |\n  e\n# f\n".utf8)
        for count in 0...text.count {
            do throws(YAMLError) {
                _ = try YAMLParser.parse(Array(text[..<count]))
            } catch {
                #expect(error.line >= 1 && error.column >= 1)
            }
        }
    }
}
