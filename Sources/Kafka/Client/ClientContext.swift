import CRdkafka
import Synchronization

/// What librdkafka's callbacks reach: it is the client's opaque pointer, and outlives the client.
final class ClientContext: Sendable {
    let log: KafkaLog
    let deliveries = DeliveryReports()
    let rebalancer = WeakRebalancer()
    private let errors = Mutex(Errors())

    private struct Errors {
        var latest: KafkaError?
        var pending: [KafkaError] = []
    }

    /// Errors kept between two polls; a flood of the same says nothing more.
    private static let pendingLimit = 64

    init(log: @escaping KafkaLog) { self.log = log }

    func report(_ error: KafkaError) {
        errors.withLock {
            $0.latest = error
            if $0.pending.count < Self.pendingLimit { $0.pending.append(error) }
        }
    }

    /// The latest error since `forgetErrors`, which tells why something has timed out.
    var latestError: KafkaError? { errors.withLock { $0.latest } }

    func forgetErrors() { errors.withLock { $0.latest = nil } }

    /// Errors since the last call.
    func takeErrors() -> [KafkaError] {
        errors.withLock { errors in
            let pending = errors.pending
            errors.pending.removeAll()
            return pending
        }
    }

    /// The error of a call; where it has only timed out, with the connection's own error, which tells why.
    func error(_ code: rd_kafka_resp_err_t, during operation: String, subject: String? = nil) -> KafkaError {
        switch code {
        case RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__WAIT_COORD, RD_KAFKA_RESP_ERR__IN_PROGRESS,
            RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
            let cause = latestError.flatMap { $0.isUnreachable ? $0 : nil }
            return KafkaError(
                cause?.code ?? .timedOut,
                cause?.reason,
                during: operation,
                subject: subject,
                isRetriable: true
            )
        default: return KafkaError(code, during: operation, subject: subject)
        }
    }
}

/// The callbacks that every client has, as C function pointers.
enum ClientCallbacks {
    static func context(_ client: OpaquePointer?) -> ClientContext? {
        guard let client, let opaque = rd_kafka_opaque(client) else { return nil }
        return Unmanaged<ClientContext>.fromOpaque(opaque).takeUnretainedValue()
    }

    static let log: @convention(c) (OpaquePointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Void = {
        client,
        level,
        facility,
        text in
        guard let context = context(client), let facility, let text else { return }
        let line = KafkaLogLine(
            level: KafkaLogLevel(rawValue: level) ?? .info,
            facility: String(cString: facility),
            message: String(cString: text)
        )
        // One set of properties serves every client, so these are to be expected.
        if line.facility == "CONFWARN" && line.message.contains("property and will be ignored by this") { return }
        context.log(line)
    }

    static let error: @convention(c) (OpaquePointer?, Int32, UnsafePointer<CChar>?, UnsafeMutableRawPointer?) -> Void =
        {
            client,
            code,
            reason,
            _ in
            guard let client, let context = context(client) else { return }
            guard code == RD_KAFKA_RESP_ERR__FATAL.rawValue else {
                let reason = reason.map { String(cString: $0) }
                return context.report(KafkaError(.init(rawValue: code), reason, during: "talk to Kafka"))
            }
            if let error = KafkaHandle.fatalError(of: client) { context.report(error) }
        }
}
