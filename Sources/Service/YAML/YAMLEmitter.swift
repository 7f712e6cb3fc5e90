internal import CYAML

/// Writes a tree of nodes as a YAML document that `YAMLParser` reads to the same mappings, lists and texts: mappings in blocks, lists
/// in brackets, nothing as `null`, a text that cannot stand plainly in quotes.
package final class YAMLEmitter {
    // On the heap: libyaml keeps pointers to the emitter's output and to how much was written.
    private let emitter = UnsafeMutablePointer<yaml_emitter_t>.allocate(capacity: 1)
    private let output = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: YAMLParser.maximumBytes)
    private let written = UnsafeMutablePointer<Int>.allocate(capacity: 1)

    private init() throws(YAMLError) {
        written.initialize(to: 0)
        guard yaml_emitter_initialize(emitter) != 0 else {
            emitter.initialize(to: yaml_emitter_t())
            throw YAMLError(line: 1, column: 1, message: "out of memory")
        }
        yaml_emitter_set_output_string(emitter, output.baseAddress, output.count, written)
        yaml_emitter_set_unicode(emitter, 1)
        yaml_emitter_set_width(emitter, 120)
    }

    deinit {
        yaml_emitter_delete(emitter)
        emitter.deallocate()
        output.deallocate()
        written.deallocate()
    }

    /// The document.
    ///
    /// - Throws: `YAMLError` where the document would be larger than what the parser reads, or memory is out.
    package static func text(_ root: YAMLNode) throws(YAMLError) -> [UInt8] {
        let emitter = try YAMLEmitter()
        try emitter.emit { yaml_stream_start_event_initialize($0, YAML_UTF8_ENCODING) }
        try emitter.emit { yaml_document_start_event_initialize($0, nil, nil, nil, 1) }
        try emitter.write(root)
        try emitter.emit { yaml_document_end_event_initialize($0, 1) }
        try emitter.emit { yaml_stream_end_event_initialize($0) }
        return Array(emitter.output.prefix(emitter.written.pointee))
    }

    private func write(_ node: YAMLNode) throws(YAMLError) {
        switch node.content {
        case .scalar(let text, let isQuoted): try write(node.isNull ? "null" : text, isQuoted: isQuoted)
        case .sequence(let items):
            try emit { yaml_sequence_start_event_initialize($0, nil, nil, 1, YAML_FLOW_SEQUENCE_STYLE) }
            for item in items { try write(item) }
            try emit { yaml_sequence_end_event_initialize($0) }
        case .mapping(let entries):
            try emit { yaml_mapping_start_event_initialize($0, nil, nil, 1, YAML_BLOCK_MAPPING_STYLE) }
            for entry in entries {
                try write(entry.key, isQuoted: false)
                try write(entry.value)
            }
            try emit { yaml_mapping_end_event_initialize($0) }
        }
    }

    /// What cannot stand without quotes libyaml quotes itself.
    private func write(_ text: String, isQuoted: Bool) throws(YAMLError) {
        let bytes = Array(text.utf8)
        try emit { event in
            bytes.withUnsafeBufferPointer { bytes in
                yaml_scalar_event_initialize(
                    event,
                    nil,
                    nil,
                    bytes.baseAddress,
                    Int32(bytes.count),
                    1,
                    1,
                    isQuoted ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_PLAIN_SCALAR_STYLE
                )
            }
        }
    }

    private func emit(_ initialize: (UnsafeMutablePointer<yaml_event_t>) -> Int32) throws(YAMLError) {
        var event = yaml_event_t()
        // The emitter owns the event, also where it fails.
        guard initialize(&event) != 0, yaml_emitter_emit(emitter, &event) != 0 else {
            let problem = emitter.pointee.problem.map { String(cString: $0) } ?? "out of memory"
            throw YAMLError(line: 1, column: 1, message: "the document cannot be written: \(problem)")
        }
    }
}
