package import Service

/// The signs of life of a stream's threads: the polling one and those of the stages. A thread beats whenever it gets on,
/// by a call that was answered or a moment in which there was nothing to do, and rests while it does not run: before the
/// first assignment, and between trouble and the next try.
///
/// One that does not beat hangs where no time-out reaches. What the database, Kafka or the registry holds up does not come
/// to that: each call there ends within its limit, and `/readyz` tells of the trouble.
package struct StreamHeartbeats: Sendable {
    let poll: Heartbeat
    let decode: Heartbeat
    let decide: Heartbeat
    let answer: Heartbeat
    let store: Heartbeat
    let publish: Heartbeat

    /// Heartbeats that `/livez` and the watchdog ask, each under the name of its thread; all at rest.
    ///
    /// - Parameter limit: for how long a thread that runs may not beat.
    package init(in health: Health, limit: Duration) {
        self.init { health.heartbeat($0, limit: limit) }
    }

    /// Heartbeats that nobody asks.
    package init() {
        self.init { _ in Heartbeat() }
    }

    private init(_ make: (_ name: String) -> Heartbeat) {
        func resting(_ name: String) -> Heartbeat {
            let heartbeat = make(name)
            heartbeat.rest()
            return heartbeat
        }
        poll = resting("poll")
        decode = resting("decode")
        decide = resting("decide")
        answer = resting("answer")
        store = resting("store")
        publish = resting("publish")
    }
}
