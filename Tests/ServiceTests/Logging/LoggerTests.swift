import Ground
import Synchronization
import Testing

@testable import Service

/// Keeps what a sink writes.
private final class Lines: Sendable {
    private let bytes = Mutex<[[UInt8]]>([])
    func append(_ line: [UInt8]) { bytes.withLock { $0.append(line) } }
    var all: [String] { bytes.withLock { $0.map { String(decoding: $0, as: UTF8.self) } } }
}

/// A clock that moves on by each look.
private final class Clock: Sendable {
    private let time = Atomic<Int64>(0)
    func next(by step: Int64) -> UTCTime {
        UTCTime(milliseconds: time.wrappingAdd(step, ordering: .relaxed).oldValue)
    }
}

@Suite struct LoggerTests {
    private let lines = Lines()

    private func logger(
        _ level: LogLevel = .debug,
        _ form: LogSink.Form,
        limiter: RepetitionLimiter = RepetitionLimiter(burst: 1000, windowMilliseconds: 1000)
    ) -> Logger {
        let lines = lines
        let sink = LogSink(
            level: level,
            form: form,
            limiter: limiter,
            clock: { UTCTime(milliseconds: 1_795_570_205_250) },
            output: { lines.append($1) }
        )
        return Logger("broker", to: sink)
    }

    @Test func aJSONLineHoldsTimeLevelComponentMessageAndFields() {
        logger(.debug, .json).with(["worker": "1"])
            .warning("cannot read", ["topic": "a\nb", "offset": .int(UInt8(12)), "share": 0.5, "level": true])
        #expect(
            lines.all == [
                #"{"time":"2026-11-25T01:30:05.250Z","level":"warning","component":"broker","#
                    + #""message":"cannot read","worker":"1","topic":"a\nb","offset":12,"share":0.5,"#
                    + #""field_level":true}"# + "\n"
            ]
        )
    }

    @Test func aTextLineStaysOneLine() {
        logger(.debug, .text).error("two\nlines\u{1B}[31m", ["a": "x", "b": "y z", "c": "", "d": "p=q", "e": 5])
        #expect(
            lines.all == [
                "2026-11-25T01:30:05.250Z error broker: two lines [31m  a=x b=\"y z\" c=\"\" d=\"p=q\" e=5\n"
            ]
        )
    }

    @Test func linesAreHandedOnWithTheirLevelAndWithoutTime() {
        let taken = Mutex<[String]>([])
        let sink = LogSink.lines(level: .info) { level, line in
            taken.withLock { $0.append("\(level.rawValue)|\(line)") }
        }
        let logger = Logger("run", to: sink)
        logger.debug("not this")
        logger.info("begun", ["topics": "a b"])
        logger.error("failed")
        #expect(taken.withLock { $0 } == ["info|info run: begun  topics=\"a b\"", "error|error run: failed"])
    }

    @Test func theJournalGetsThePriorityAndNoTime() {
        let logger = logger(.debug, .journal).named("http")
        logger.debug("d")
        logger.info("i")
        logger.warning("w")
        logger.error("e")
        #expect(lines.all == ["<7>debug http: d\n", "<6>info http: i\n", "<4>warning http: w\n", "<3>error http: e\n"])
    }

    @Test func belowTheLevelNothingIsMade() {
        let logger = logger(.warning, .text)
        let made = Mutex(0)
        func message() -> String {
            made.withLock { $0 += 1 }
            return "x"
        }
        logger.debug(message(), ["a": .text(message())])
        logger.info(message())
        #expect(made.withLock { $0 } == 0)
        logger.warning(message())
        #expect(made.withLock { $0 } == 1)
        #expect(lines.all.count == 1)
        #expect(!logger.isEnabled(.info) && logger.isEnabled(.error))
    }

    @Test func aMessageThatRepeatsIsCountedAndSaidLater() {
        var limiter = RepetitionLimiter(burst: 2, windowMilliseconds: 1000)
        #expect(limiter.decide("a", at: 0) == .write(suppressed: 0))
        #expect(limiter.decide("a", at: 10) == .write(suppressed: 0))
        #expect(limiter.decide("a", at: 20) == .suppress)
        #expect(limiter.decide("b", at: 25) == .write(suppressed: 0))
        #expect(limiter.decide("a", at: 999) == .suppress)
        #expect(limiter.decide("a", at: 1000) == .write(suppressed: 2))
        #expect(limiter.decide("a", at: 1001) == .write(suppressed: 0))
        #expect(limiter.decide("a", at: 1002) == .suppress)
        #expect(limiter.decide("a", at: 500) == .write(suppressed: 1), "a clock that steps back")
    }

    @Test func theLimiterForgetsRatherThanGrows() {
        var limiter = RepetitionLimiter(burst: 1, windowMilliseconds: 1000)
        for number in 0..<(3 * RepetitionLimiter.capacity) {
            #expect(limiter.decide("message \(number)", at: 0) == .write(suppressed: 0))
        }
    }

    @Test func suppressedLinesAreCountedInTheNextOne() {
        let lines = lines
        let clock = Clock()
        let sink = LogSink(
            level: .debug,
            form: .text,
            limiter: RepetitionLimiter(burst: 1, windowMilliseconds: 1000),
            clock: { clock.next(by: 400) },
            output: { lines.append($1) }
        )
        for number in 0..<5 { Logger("t", to: sink).info("a", ["n": .int(number)]) }
        #expect(
            lines.all == [
                "1970-01-01T00:00:00.000Z info t: a  n=0\n", "1970-01-01T00:00:01.200Z info t: a  n=3 suppressed=2\n",
            ]
        )
    }

    @Test func linesOfManyThreadsStayWhole() async {
        let logger = logger(.debug, .json)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask { for number in 0..<50 { logger.info("m\(task)-\(number)") } }
            }
        }
        #expect(lines.all.count == 400)
        #expect(lines.all.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}\n") })
    }
}
