/// What signals and a deadline do to the process, as a value: signals and time go in, actions come out.
struct SignalPolicy {
    enum Event: Equatable {
        /// SIGTERM or SIGINT.
        case stop(signal: Int32)
        /// SIGHUP.
        case hangUp
        /// The time to finish has run out.
        case deadline
    }

    enum Action: Equatable {
        /// Finish what is on the way, then end with status 0.
        case drain(signal: Int32)
        /// End at once with this status.
        case exit(status: Int32, reason: String)
        /// Say that the signal changes nothing.
        case ignoreHangUp
        case none
    }

    private(set) var isDraining = false

    /// A stop has begun from within; the next signal is the second.
    mutating func beginDraining() { isDraining = true }

    mutating func handle(_ event: Event) -> Action {
        switch event {
        case .stop(let signal):
            guard isDraining else {
                isDraining = true
                return .drain(signal: signal)
            }
            // The shell's convention for a process that a signal has ended.
            return .exit(status: 128 + signal, reason: "a second signal")
        case .hangUp: return isDraining ? .none : .ignoreHangUp
        case .deadline:
            return isDraining ? .exit(status: 1, reason: "what was on the way did not finish in time") : .none
        }
    }
}
