import Ground
import Synchronization
import Testing

@testable import Broker
@testable import Service

@Suite struct StreamMonitorTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private func log(_ lines: Lines) -> StreamLog {
        let sink = LogSink(
            level: .info,
            form: .json,
            clock: { .init(milliseconds: 0) },
            output: { bytes in lines.all.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) } }
        )
        return StreamMonitor.log(to: Logger("run", to: sink))
    }

    @Test func eventsKeepTheirFields() {
        let lines = Lines()
        log(lines)(StreamEvent(.warning, "cannot read a partition", ["partition": "ztf:3", "error": "away"]))
        #expect(
            lines.all.withLock { $0 } == [
                #"{"time":"1970-01-01T00:00:00.000Z","level":"warning","component":"run","#
                    + #""message":"cannot read a partition","partition":"ztf:3","error":"away"}"# + "\n"
            ]
        )
    }

    @Test func eventsThatRepeatAreLimitedWhateverTheirFields() {
        let lines = Lines()
        let log = log(lines)
        for number in 0..<100 { log(StreamEvent(.warning, "the stream starts again", ["after": "\(number) s"])) }
        #expect(lines.all.withLock { $0.count } == 10)
    }
}
