import Ground

/// One line of the log before it has a form.
struct LogLine {
    let level: LogLevel
    let component: String
    let message: String
    let fields: [JSONValue.Member]

    /// `{"time": ..., "level": ..., "component": ..., "message": ..., fields}`
    func appendJSON(time: UTCTime, suppressed: Int, to bytes: inout [UInt8]) {
        var members = [
            JSONValue.Member("time", .string(time.description)), JSONValue.Member("level", .string(level.rawValue)),
            JSONValue.Member("component", .string(component)), JSONValue.Member("message", .string(message)),
        ]
        // A field must not replace one of the line's own.
        let own = Set(members.map(\.name))
        members += fields.map { own.contains($0.name) ? JSONValue.Member("field_\($0.name)", $0.value) : $0 }
        if suppressed > 0 { members.append(JSONValue.Member("suppressed", .integer(Int64(suppressed)))) }
        JSONWriter.append(.object(members), to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// `2026-11-25T01:30:05.250Z warning broker: message  topic=ztf offset=12`
    func appendText(time: UTCTime?, priority: Bool, suppressed: Int, to bytes: inout [UInt8]) {
        if priority { bytes.append(contentsOf: "<\(level.priority)>".utf8) }
        if let time {
            time.append(to: &bytes)
            bytes.append(UInt8(ascii: " "))
        }
        bytes.append(contentsOf: "\(level.rawValue) \(component): ".utf8)
        Self.appendOneLine(message, to: &bytes)
        var separator = "  "
        let counted = suppressed > 0 ? [JSONValue.Member("suppressed", .integer(Int64(suppressed)))] : []
        for field in fields + counted {
            bytes.append(contentsOf: "\(separator)\(field.name)=".utf8)
            separator = " "
            if case .string(let value) = field.value, Self.isPlain(value) {
                bytes.append(contentsOf: value.utf8)
            } else {
                JSONWriter.append(field.value, to: &bytes)
            }
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private static func isPlain(_ value: String) -> Bool {
        !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") && $0 != 0x3D }
    }

    // A line break or an escape in a message must not make a line of its own or colour a terminal.
    private static func appendOneLine(_ text: String, to bytes: inout [UInt8]) {
        for byte in text.utf8 { bytes.append(byte < 0x20 || byte == 0x7F ? 0x20 : byte) }
    }
}

extension LogLevel {
    /// Priority of syslog(3), which journald reads from "<N>" at the beginning of a line.
    fileprivate var priority: Int {
        switch self {
        case .debug: 7
        case .info: 6
        case .warning: 4
        case .error: 3
        }
    }
}
