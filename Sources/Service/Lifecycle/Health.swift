package import Ground
internal import Synchronization

/// Something that keeps the process from being live or ready.
package struct HealthProblem: Sendable, Equatable {
    /// Name of the check: `postgres`.
    package let check: String
    /// What is wrong: "no connection for 12 s: connection refused".
    package let reason: String

    /// As `/readyz` prints it.
    package var json: JSONValue { ["check": .string(check), "reason": .string(reason)] }
}

/// What the parts of the process say of themselves: checks for liveness and readiness, and sections of `/status`.
///
/// A check is a closure that returns nil while all is well, else the reason. It runs on the HTTP server's thread: it reads
/// what its part has noted, and does no I/O of its own.
package final class Health: Sendable {
    /// nil while all is well, else the reason.
    package typealias Check = @Sendable () -> String?

    private struct State {
        var liveness: [(name: String, check: Check)] = []
        var readiness: [(name: String, check: Check)] = []
        var sections: [(name: String, content: @Sendable () -> JSONValue)] = []
        var phase = Phase.starting
    }

    /// How far the process is.
    package enum Phase: String, Sendable {
        case starting
        case running
        case stopping
    }

    private let state = Mutex(State())
    private let start: UTCTime

    /// A process that is starting: live, not ready.
    package init() {
        start = UTCTime.now
    }

    /// Sets how far the process is; only `running` can be ready.
    package func set(_ phase: Phase) { state.withLock { $0.phase = phase } }

    /// Adds a check whose failure calls for a restart.
    package func addLivenessCheck(_ name: String, _ check: @escaping Check) {
        state.withLock { $0.liveness.append((name, check)) }
    }

    /// Adds a check whose failure calls for patience or an operator.
    package func addReadinessCheck(_ name: String, _ check: @escaping Check) {
        state.withLock { $0.readiness.append((name, check)) }
    }

    /// Adds a section to `/status`.
    package func addStatus(_ name: String, _ content: @escaping @Sendable () -> JSONValue) {
        state.withLock { $0.sections.append((name, content)) }
    }

    /// Watches a loop: the process is not live where `beat` has not been called for `limit`, unless the loop rests.
    package func heartbeat(_ name: String, limit: Duration) -> Heartbeat {
        let heartbeat = Heartbeat()
        addLivenessCheck(name) { heartbeat.complaint(limit: limit) }
        return heartbeat
    }

    /// Why the process is not live; empty where it is.
    package func livenessProblems() -> [HealthProblem] {
        problems(of: state.withLock { $0.liveness })
    }

    /// Why the process is not ready; empty where it is.
    package func readinessProblems() -> [HealthProblem] {
        let (phase, checks) = state.withLock { ($0.phase, $0.readiness) }
        let own = phase == .running ? [] : [HealthProblem(check: "phase", reason: "the process is \(phase.rawValue)")]
        return own + problems(of: checks)
    }

    /// All of it as one JSON object.
    package func status() -> JSONValue {
        let (phase, sections) = state.withLock { ($0.phase, $0.sections) }
        let live = livenessProblems()
        let ready = readinessProblems()
        let members: [JSONValue.Member] = [
            JSONValue.Member("version", .string(BuildInformation.version)),
            JSONValue.Member("phase", .string(phase.rawValue)),
            JSONValue.Member("started", .string(start.description)),
            JSONValue.Member("live", .bool(live.isEmpty)),
            JSONValue.Member("ready", .bool(ready.isEmpty)),
            JSONValue.Member("reasons", .array((live + ready).map(\.json))),
        ]
        return .object(members + sections.map { JSONValue.Member($0.name, $0.content()) })
    }

    private func problems(of checks: [(name: String, check: Check)]) -> [HealthProblem] {
        checks.compactMap { name, check in check().map { HealthProblem(check: name, reason: $0) } }
    }
}

/// The sign of life of a loop.
package final class Heartbeat: Sendable {
    private let last: Atomic<Int64>
    /// Stands in the place of a time.
    private static let resting = Int64.max

    /// A loop that has just gone round.
    package init() {
        last = Atomic(SteadyClock.milliseconds)
    }

    /// Says that the loop goes round.
    package func beat() { last.store(SteadyClock.milliseconds, ordering: .relaxed) }

    /// Says that the loop does not run: nothing is expected of it until it beats again.
    package func rest() { last.store(Self.resting, ordering: .relaxed) }

    /// Whether the loop does not run.
    var isResting: Bool { last.load(ordering: .relaxed) == Self.resting }

    func complaint(limit: Duration) -> String? {
        let time = last.load(ordering: .relaxed)
        guard time != Self.resting else { return nil }
        let age = Duration.milliseconds(SteadyClock.milliseconds - time)
        return age <= limit ? nil : "no progress for \(age.components.seconds) s"
    }
}
