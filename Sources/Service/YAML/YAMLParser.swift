internal import CYAML

/// Reads one YAML document into a tree of nodes.
///
/// A configuration needs scalars, lists and mappings. Anchors, aliases, tags, merge keys, several documents and keys
/// given twice are refused by name rather than half understood.
package final class YAMLParser {
    /// Deepest nesting that is read.
    static let maximumDepth = 32
    /// Largest text that is read, in bytes.
    package static let maximumBytes = 1 << 20

    // On the heap: libyaml's string reader keeps a pointer to the parser itself.
    private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    private let text: UnsafeMutableBufferPointer<UInt8>

    private init(_ bytes: [UInt8]) throws(YAMLError) {
        text = .allocate(capacity: bytes.count)
        _ = text.initialize(from: bytes)
        guard yaml_parser_initialize(parser) != 0 else {
            parser.initialize(to: yaml_parser_t())
            throw YAMLError(line: 1, column: 1, message: "out of memory")
        }
        yaml_parser_set_input_string(parser, text.baseAddress, text.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        text.deallocate()
    }

    /// The document's root; nil where the text holds none (only comments, or nothing).
    ///
    /// - Throws: `YAMLError` with line and column.
    package static func parse(_ text: [UInt8]) throws(YAMLError) -> YAMLNode? {
        guard text.count <= maximumBytes else {
            throw YAMLError(
                line: 1,
                column: 1,
                message: "the file has \(text.count) bytes; at most \(maximumBytes) are read"
            )
        }
        return try YAMLParser(text).document()
    }

    private func document() throws(YAMLError) -> YAMLNode? {
        var root: YAMLNode?
        while true {
            let event = try next()
            switch event.kind {
            case .documentStart:
                guard root == nil else { throw event.error("a second document ('---'); a configuration is one") }
                root = try node(from: try next(), depth: 0)
            case .streamEnd: return root
            default: continue
            }
        }
    }

    private func node(from event: Event, depth: Int) throws(YAMLError) -> YAMLNode {
        guard depth < Self.maximumDepth else {
            throw event.error("nested more than \(Self.maximumDepth) deep")
        }
        switch event.kind {
        case .scalar(let text, let isQuoted):
            return YAMLNode(.scalar(text, isQuoted: isQuoted), at: event.place)
        case .sequenceStart:
            var items: [YAMLNode] = []
            while true {
                let item = try next()
                if case .sequenceEnd = item.kind { return YAMLNode(.sequence(items), at: event.place) }
                items.append(try node(from: item, depth: depth + 1))
            }
        case .mappingStart: return try mapping(startedBy: event, depth: depth)
        default: throw event.error("unexpected \(event.kind)")
        }
    }

    private func mapping(startedBy start: Event, depth: Int) throws(YAMLError) -> YAMLNode {
        var entries: [YAMLNode.Entry] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try next()
            if case .mappingEnd = event.kind { return YAMLNode(.mapping(entries), at: start.place) }
            guard case .scalar(let key, _) = event.kind else {
                throw event.error("a key must be a plain name, not a list or mapping")
            }
            if key == "<<" { throw event.error("merge keys ('<<') are not supported") }
            if let first = lines.updateValue(event.place.line, forKey: key) {
                throw event.error("'\(key)' is given twice; the first is on line \(first)")
            }
            let value = try node(from: try next(), depth: depth + 1)
            entries.append(YAMLNode.Entry(key: key, keyPlace: event.place, value: value))
        }
    }
}

extension YAMLParser {
    /// One event of libyaml, copied out of its memory.
    private struct Event {
        enum Kind {
            case streamStart, streamEnd, documentStart, documentEnd
            case sequenceStart, sequenceEnd, mappingStart, mappingEnd
            case scalar(String, isQuoted: Bool)
        }

        let kind: Kind
        let place: YAMLNode.Place

        func error(_ message: String) -> YAMLError {
            YAMLError(line: place.line, column: place.column, message: message)
        }
    }

    private func next() throws(YAMLError) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) != 0 else { throw syntaxError() }
        defer { yaml_event_delete(&event) }
        let place = YAMLNode.Place(line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1)
        func refuse(_ message: String) -> YAMLError {
            YAMLError(line: place.line, column: place.column, message: message)
        }
        func plain(_ anchor: UnsafeMutablePointer<UInt8>?, _ tag: UnsafeMutablePointer<UInt8>?) throws(YAMLError) {
            if anchor != nil { throw refuse("anchors ('&name') are not supported; write the value out") }
            if tag != nil { throw refuse("tags ('!name') are not supported") }
        }
        let kind: Event.Kind
        switch event.type {
        case YAML_STREAM_START_EVENT: kind = .streamStart
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_SEQUENCE_START_EVENT:
            try plain(event.data.sequence_start.anchor, event.data.sequence_start.tag)
            kind = .sequenceStart
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            try plain(event.data.mapping_start.anchor, event.data.mapping_start.tag)
            kind = .mappingStart
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        case YAML_SCALAR_EVENT:
            try plain(event.data.scalar.anchor, event.data.scalar.tag)
            let bytes = UnsafeBufferPointer(start: event.data.scalar.value, count: event.data.scalar.length)
            let isQuoted = event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE
            kind = .scalar(String(decoding: bytes, as: UTF8.self), isQuoted: isQuoted)
        case YAML_ALIAS_EVENT: throw refuse("aliases ('*name') are not supported; write the value out")
        default: kind = .streamEnd
        }
        return Event(kind: kind, place: place)
    }

    private func syntaxError() -> YAMLError {
        func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }
        let problem = text(parser.pointee.problem)
        let context = text(parser.pointee.context)
        var message = problem.isEmpty ? "not YAML" : problem
        if !context.isEmpty { message += " (\(context))" }
        if problem.contains("cannot start any token") { message += "; YAML wants spaces, not tabs" }
        // A reader error (bad UTF-8) has no mark.
        return YAMLError(
            line: Int(parser.pointee.problem_mark.line) + 1,
            column: Int(parser.pointee.problem_mark.column) + 1,
            message: message
        )
    }
}
