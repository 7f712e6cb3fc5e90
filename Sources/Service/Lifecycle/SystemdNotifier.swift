import Ground
internal import Glibc

/// Tells systemd how far the process is (sd_notify(3)): one datagram to the socket that `NOTIFY_SOCKET` names. Without it,
/// nothing is sent.
package struct SystemdNotifier: Sendable {
    private let path: String?
    /// How often systemd wants a sign of life; nil where it wants none. Half of what the unit sets.
    package let watchdogInterval: Duration?

    /// The notifier for an environment.
    package init(environment: [String: String]) {
        path = environment["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
        let isOurs = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil }
        watchdogInterval = isOurs && path != nil ? microseconds.map { .microseconds($0 / 2) } : nil
    }

    /// The process is up.
    package func ready() { send("READY=1") }
    /// The process is about to end.
    package func stopping() { send("STOPPING=1") }
    /// The process works.
    package func watchdog() { send("WATCHDOG=1") }
    /// A line for `systemctl status`.
    package func status(_ text: String) {
        send("STATUS=\(text.split(separator: "\n").joined(separator: " "))")
    }

    /// Feeds the watchdog from a thread of its own for as long as the process is live, until the stop is requested.
    package func feedWatchdog(from health: Health, until token: StopToken) {
        guard let watchdogInterval else { return }
        DedicatedThread.start(name: "watchdog") {
            while !token.wait(for: watchdogInterval) {
                if health.livenessProblems().isEmpty { watchdog() }
            }
        }
    }

    private func send(_ message: String) {
        guard let path else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        if name.first == UInt8(ascii: "@") { name[0] = 0 }  // an abstract socket
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        // An abstract name has no end mark; its length says where it ends.
        let length = socklen_t(offset + name.count + (path.hasPrefix("@") ? 0 : 1))
        let bytes = Array(message.utf8)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { socketAddress in
                _ = sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), socketAddress, length)
            }
        }
    }
}
