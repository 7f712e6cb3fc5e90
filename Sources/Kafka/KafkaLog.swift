/// How grave a line of librdkafka's log is: the severities of syslog.
package enum KafkaLogLevel: Int32, Sendable, Comparable {
    case emergency = 0
    case alert, critical, error, warning, notice, info, debug

    /// `emergency` is the least value, `debug` the greatest.
    package static func < (left: KafkaLogLevel, right: KafkaLogLevel) -> Bool { left.rawValue < right.rawValue }
}

/// One line of librdkafka's log.
package struct KafkaLogLine: Sendable {
    /// How grave it is.
    package var level: KafkaLogLevel
    /// librdkafka's short name of what speaks, such as `FAIL` or `OFFSET`.
    package var facility: String
    /// The text.
    package var message: String
}

/// Takes librdkafka's log lines. It is called from librdkafka's threads: it must not block and must not call back into
/// the client.
package typealias KafkaLog = @Sendable (KafkaLogLine) -> Void
