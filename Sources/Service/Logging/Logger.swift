import Ground

/// Writes log lines: a fixed message, and what varies in fields.
///
/// ```swift
/// log.warning("message cannot be read", ["topic": .text(topic), "offset": .int(offset)])
/// ```
///
/// A line below the level costs one comparison: message and fields are not made. A message that repeats is let through
/// ten times in ten seconds and counted after that; the next line that goes out says how many were `suppressed`. So
/// messages must be constant, and what varies belongs in the fields.
package struct Logger: Sendable {
    private let sink: LogSink
    private let component: String
    private let context: [JSONValue.Member]

    /// A logger that writes to a sink.
    ///
    /// - Parameter component: part of the program, as "broker" or "http".
    package init(_ component: String, to sink: LogSink) {
        self.init(component, to: sink, context: [])
    }

    private init(_ component: String, to sink: LogSink, context: [JSONValue.Member]) {
        self.sink = sink
        self.component = component
        self.context = context
    }

    /// The logger with another component.
    package func named(_ component: String) -> Logger { Logger(component, to: sink, context: context) }

    /// The logger with fields that stand in each of its lines.
    package func with(_ fields: LogFields) -> Logger {
        let members = fields.map { JSONValue.Member($0.key, $0.value.json) }
        return Logger(component, to: sink, context: context + members)
    }

    /// Whether lines of a level are written.
    package func isEnabled(_ level: LogLevel) -> Bool { level >= sink.level }

    /// Writes a line.
    package func log(
        _ level: LogLevel,
        _ message: @autoclosure () -> String,
        _ fields: @autoclosure () -> LogFields = [:]
    ) {
        guard isEnabled(level) else { return }
        let members = fields().map { JSONValue.Member($0.key, $0.value.json) }
        sink.write(LogLine(level: level, component: component, message: message(), fields: context + members))
    }

    /// Writes a line whose fields are known only when the program runs.
    package func log(_ level: LogLevel, _ message: String, fields: [(name: String, value: String)]) {
        guard isEnabled(level) else { return }
        let members = fields.map { JSONValue.Member($0.name, .string($0.value)) }
        sink.write(LogLine(level: level, component: component, message: message, fields: context + members))
    }

    /// Every step, for finding a fault.
    package func debug(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]) {
        log(.debug, message(), fields())
    }

    /// What an operator may want to read later.
    package func info(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]) {
        log(.info, message(), fields())
    }

    /// Something is wrong, the work goes on.
    package func warning(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]) {
        log(.warning, message(), fields())
    }

    /// Something failed.
    package func error(_ message: @autoclosure () -> String, _ fields: @autoclosure () -> LogFields = [:]) {
        log(.error, message(), fields())
    }
}
