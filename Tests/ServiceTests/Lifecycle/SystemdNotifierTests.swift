import Glibc
import Testing

@testable import Service

@Suite struct SystemdNotifierTests {
    /// A datagram socket as systemd listens on; its name is removed at the end.
    private func withSocket(abstract: Bool, _ body: (String, () -> String) throws -> Void) throws {
        let path = "/tmp/trifid-notify-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer {
            close(descriptor)
            unlink(path)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = (abstract ? [UInt8(0)] : []) + Array(path.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(2 + name.count + (abstract ? 0 : 1))
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(status == 0)
        try body((abstract ? "@" : "") + path) {
            var bytes = [UInt8](repeating: 0, count: 1000)
            let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            return String(decoding: bytes[..<max(0, count)], as: UTF8.self)
        }
    }

    @Test(arguments: [false, true])
    func statesAreSentAsDatagrams(abstract: Bool) throws {
        try withSocket(abstract: abstract) { path, receive in
            let notifier = SystemdNotifier(environment: ["NOTIFY_SOCKET": path])
            notifier.ready()
            #expect(receive() == "READY=1")
            notifier.watchdog()
            #expect(receive() == "WATCHDOG=1")
            notifier.status("two\nlines")
            #expect(receive() == "STATUS=two lines")
            notifier.stopping()
            #expect(receive() == "STOPPING=1")
        }
    }

    @Test func withoutASocketNothingHappens() {
        for environment in [
            [:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "relative"], ["NOTIFY_SOCKET": "/nonexistent/x"],
        ] {
            SystemdNotifier(environment: environment).ready()
        }
        let long = "/" + String(repeating: "x", count: 200)
        SystemdNotifier(environment: ["NOTIFY_SOCKET": long]).ready()
    }

    @Test func theWatchdogIsFedTwiceAnInterval() {
        let ours = ["NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "4000000", "WATCHDOG_PID": "\(getpid())"]
        #expect(SystemdNotifier(environment: ours).watchdogInterval == .seconds(2))
        var others = ours
        others["WATCHDOG_PID"] = "1"
        #expect(SystemdNotifier(environment: others).watchdogInterval == nil)
        #expect(SystemdNotifier(environment: ["WATCHDOG_USEC": "4000000"]).watchdogInterval == nil)
        #expect(SystemdNotifier(environment: ["NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "0"]).watchdogInterval == nil)
    }
}
