import CRdkafka
import Dispatch
import Foundation

/// Owns an `rd_kafka_t`. Whatever points into the client (messages, topics, queues) keeps its handle alive, for
/// librdkafka waits in vain for what is released after it.
final class KafkaHandle: @unchecked Sendable {
    let client: OpaquePointer
    let context: ClientContext

    /// How long the last release waits for librdkafka's threads to end.
    private static let destroyLimit = DispatchTimeInterval.seconds(10)

    init(
        _ type: rd_kafka_type_t,
        _ properties: ClientProperties,
        context: ClientContext,
        configure: (OpaquePointer) -> Void = { _ in }
    ) throws {
        guard let configuration = rd_kafka_conf_new() else {
            throw KafkaError(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE, during: KafkaSettings.operation)
        }
        do {
            try Self.set(properties, on: configuration)
        } catch {
            rd_kafka_conf_destroy(configuration)
            throw error
        }
        rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(context).toOpaque())
        rd_kafka_conf_set_log_cb(configuration, ClientCallbacks.log)
        rd_kafka_conf_set_error_cb(configuration, ClientCallbacks.error)
        configure(configuration)

        var text = [CChar](repeating: 0, count: 512)
        guard let client = rd_kafka_new(type, configuration, &text, text.count) else {
            rd_kafka_conf_destroy(configuration)
            throw KafkaError(.invalidArgument, Self.string(text), during: KafkaSettings.operation)
        }
        self.client = client
        self.context = context
    }

    private static func set(_ properties: ClientProperties, on configuration: OpaquePointer) throws {
        var text = [CChar](repeating: 0, count: 512)
        for (name, value) in properties.pairs {
            let result = rd_kafka_conf_set(configuration, name, value, &text, text.count)
            guard result == RD_KAFKA_CONF_OK else {
                throw KafkaError(.invalidArgument, string(text), during: KafkaSettings.operation, subject: name)
            }
        }
    }

    static func string(_ text: [CChar]) -> String {
        String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The error that has ended this client, if one has.
    static func fatalError(of client: OpaquePointer) -> KafkaError? {
        var text = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_fatal_error(client, &text, text.count)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        return KafkaError(.init(code), string(text), during: "go on with this Kafka client", isFatal: true)
    }

    func throwIfFatal() throws {
        if let error = Self.fatalError(of: client) { throw error }
    }

    // The context is released after the client: `ended` and the thread below hold it until `rd_kafka_destroy_flags`
    // has returned, for callbacks run until then.
    deinit {
        let ended = DispatchSemaphore(value: 0)
        let doomed = Doomed(client: client, context: context)
        Thread.detachNewThread {
            doomed.destroy()
            ended.signal()
        }
        if ended.wait(timeout: .now() + Self.destroyLimit) == .timedOut {
            context.log(
                KafkaLogLine(level: .error, facility: "DESTROY", message: "the client did not end in time; left behind")
            )
        }
    }

    private struct Doomed: @unchecked Sendable {
        let client: OpaquePointer
        let context: ClientContext

        func destroy() {
            rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
            withExtendedLifetime(context) {}
        }
    }
}
