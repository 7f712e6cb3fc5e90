import Glibc
import Synchronization

/// Answers HTTP requests on 127.0.0.1 with what a closure says, one connection after another.
final class LocalHTTPServer: Sendable {
    struct Request {
        var line: String
        var headers: String
        var body: String
    }

    struct Answer {
        var status: Int
        var body: String
        /// Seconds to wait before it.
        var delay = 0.0
    }

    let port: UInt16
    private let listener: Int32
    private let count = Mutex(0)

    /// Requests so far.
    var requests: Int { count.withLock { $0 } }

    init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 8) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard listener >= 0, isBound else { throw Failure() }
        port = UInt16(bigEndian: address.sin_port)
        Thread.start { [self] in serve(answer) }
    }

    struct Failure: Error {}

    /// Later connections are refused.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func serve(_ answer: (Request) -> Answer) {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else {
                // Closed here and not by `stop`: its number may soon be that of another server.
                close(listener)
                return
            }
            if let request = LocalHTTPServer.read(connection) {
                count.withLock { $0 += 1 }
                let reply = answer(request)
                if reply.delay > 0 { usleep(UInt32(reply.delay * 1e6)) }
                let text =
                    "HTTP/1.1 \(reply.status) X\r\nContent-Length: \(reply.body.utf8.count)\r\n"
                    + "Connection: close\r\n\r\n\(reply.body)"
                var bytes = [UInt8](text.utf8)[...]
                while !bytes.isEmpty {
                    let sent = bytes.withUnsafeBytes {
                        send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                    }
                    guard sent > 0 else { break }
                    bytes = bytes.dropFirst(sent)
                }
            }
            close(connection)
        }
    }

    private static func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let head = text[..<end.lowerBound]
                let body = text[end.upperBound...]
                let length = head.lowercased().firstMatch(of: /content-length: ([0-9]+)/).flatMap { Int($0.1) } ?? 0
                if body.utf8.count >= length {
                    let line = head.prefix { $0 != "\r\n" }
                    return Request(line: String(line), headers: String(head), body: String(body))
                }
            }
            let received = recv(connection, &chunk, chunk.count, 0)
            guard received > 0 else { return nil }
            bytes += chunk[..<received]
        }
    }
}

/// A thread that is not waited for.
private enum Thread {
    private final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    static func start(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        pthread_create(
            &thread,
            nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body()
                return nil
            },
            Unmanaged.passRetained(Box(body)).toOpaque()
        )
        pthread_detach(thread)
    }
}
