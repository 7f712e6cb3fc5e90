import Ground
import Service

extension Guarded {
    /// Waits as `wait` does, with a sign of life each second: a thread that waits for its neighbours does not hang.
    func wait<Result>(beating heartbeat: Heartbeat, _ body: (inout Value) -> Result?) -> Result {
        while true {
            heartbeat.beat()
            if let result = wait(atMost: .seconds(1), body) { return result }
        }
    }

    /// The same, but no longer than `limit`: nil where the time has run out.
    func wait<Result>(
        atMost limit: Duration,
        beating heartbeat: Heartbeat,
        _ body: (inout Value) -> Result?
    ) -> Result? {
        let end = ContinuousClock.now + limit
        while true {
            heartbeat.beat()
            let rest = end - ContinuousClock.now
            if let result = wait(atMost: min(rest, .seconds(1)), body) { return result }
            guard rest > .seconds(1) else { return nil }
        }
    }
}
