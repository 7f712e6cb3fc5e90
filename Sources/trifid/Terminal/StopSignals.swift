import Service

/// Ctrl-C and SIGTERM for commands that stream to the terminal: the first ends the loop, the second the process.
enum StopSignals {
    /// Watches the signals of the process; once in a process.
    static func install() -> StopToken {
        let token = StopToken()
        let log = Logger("signals", to: .none)
        SignalWatcher(token: token, deadline: .seconds(30), log: log).install()
        return token
    }
}
