import CRdkafka

/// Hands messages to librdkafka; the part that both producers share.
final class MessageSender {
    let handle: KafkaHandle
    private var topics: [String: Topic] = [:]

    private struct Topic {
        let pointer: OpaquePointer
        var partitionCount: Int32
    }

    /// How long a first look at a topic may take.
    private static let topicLimit = Duration.seconds(30)

    init(handle: KafkaHandle) { self.handle = handle }

    deinit {
        for topic in topics.values { rd_kafka_topic_destroy(topic.pointer) }
    }

    /// Makes a message ready to be sent: librdkafka copies its bytes.
    ///
    /// - Returns: the error, or nil; `queueFull` means that this may be tried again after a `poll`.
    func enqueue(
        _ topic: String,
        _ partition: Int32?,
        _ key: UnsafeRawBufferPointer?,
        _ value: UnsafeRawBufferPointer?,
        _ headers: HeaderList?,
        _ timestamp: Int64?
    ) throws -> KafkaError? {
        let topicPointer = try pointer(to: topic, havingPartition: partition)
        return withUnsafeTemporaryAllocation(of: rd_kafka_vu_t.self, capacity: 7) { arguments in
            var count = 0
            func add(_ type: rd_kafka_vtype_t, _ fill: (inout rd_kafka_vu_t) -> Void) {
                var argument = rd_kafka_vu_t()
                argument.vtype = type
                fill(&argument)
                arguments.initializeElement(at: count, to: argument)
                count += 1
            }
            add(RD_KAFKA_VTYPE_RKT) { $0.u.rkt = topicPointer }
            add(RD_KAFKA_VTYPE_MSGFLAGS) { $0.u.i = RD_KAFKA_MSG_F_COPY }
            if let partition { add(RD_KAFKA_VTYPE_PARTITION) { $0.u.i32 = partition } }
            if let key { add(RD_KAFKA_VTYPE_KEY) { ($0.u.mem.ptr, $0.u.mem.size) = (Self.start(key), key.count) } }
            if let value {
                add(RD_KAFKA_VTYPE_VALUE) { ($0.u.mem.ptr, $0.u.mem.size) = (Self.start(value), value.count) }
            }
            if let timestamp { add(RD_KAFKA_VTYPE_TIMESTAMP) { $0.u.i64 = timestamp } }
            if let headers { add(RD_KAFKA_VTYPE_HEADERS) { $0.u.headers = headers.pointer } }
            guard let failure = rd_kafka_produceva(handle.client, arguments.baseAddress, count) else {
                headers?.isTaken = true
                return nil
            }
            let error = KafkaError(taking: failure, during: TransactionState.Call.produce.rawValue, subject: topic)
            if Self.mayHaveFreedHeaders(error.code) { headers?.isTaken = true }
            return error
        }
    }

    /// A topic's handle. The first use of a topic asks for its metadata and waits: otherwise the first message could
    /// be a second late (before librdkafka 2.10.1), and one for a missing partition would free its headers twice.
    private func pointer(to name: String, havingPartition partition: Int32?) throws -> OpaquePointer {
        if let topic = topics[name] {
            guard let partition, partition >= topic.partitionCount || partition < 0 else { return topic.pointer }
            let count = try handle.partitionCount(of: name, topic.pointer, within: Self.topicLimit)
            topics[name]?.partitionCount = count
            try check(partition, of: name, count)
            return topic.pointer
        }
        guard let pointer = rd_kafka_topic_new(handle.client, name, nil) else {
            throw KafkaError(rd_kafka_last_error(), during: "open a topic", subject: name)
        }
        do {
            let count = try handle.partitionCount(of: name, pointer, within: Self.topicLimit)
            topics[name] = Topic(pointer: pointer, partitionCount: count)
            if let partition { try check(partition, of: name, count) }
        } catch {
            if topics[name] == nil { rd_kafka_topic_destroy(pointer) }
            throw error
        }
        return pointer
    }

    private func check(_ partition: Int32, of topic: String, _ count: Int32) throws {
        guard partition < 0 || partition >= count else { return }
        throw KafkaError(
            .unknownPartition,
            "the topic has \(count) partitions",
            during: TransactionState.Call.produce.rawValue,
            subject: "\(topic)/\(partition)"
        )
    }

    /// Before 2.12 a message that fails at its partitioner (topic gone or forbidden, partition missing) is freed with
    /// its headers, though the caller still owns them; after any other error the caller must free them.
    private static func mayHaveFreedHeaders(_ code: KafkaError.Code) -> Bool {
        guard KafkaLibrary.isOlder(than: 2, 12, 0) else { return false }
        switch code {
        case .queueFull, .messageTooLarge, .invalidArgument, .wrongState, .fatal: return false
        default: return true
        }
    }

    /// Null means absent, so an empty value needs an address too.
    private static func start(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(mutating: bytes.baseAddress) ?? UnsafeMutableRawPointer(bitPattern: 1)!
    }
}

/// Owns an `rd_kafka_headers_t` until a message takes it.
final class HeaderList {
    let pointer: OpaquePointer
    var isTaken = false

    init?(_ headers: [KafkaHeader]) {
        guard !headers.isEmpty, let pointer = rd_kafka_headers_new(headers.count) else { return nil }
        self.pointer = pointer
        for header in headers {
            // The name is copied up to its length; a value of nil is null, an empty one is not.
            var name = header.name
            name.withUTF8 { name in
                name.withMemoryRebound(to: CChar.self) { name in
                    if let value = header.value {
                        _ = value.withUnsafeBytes { bytes in
                            rd_kafka_header_add(
                                pointer,
                                name.baseAddress,
                                name.count,
                                bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1),
                                bytes.count
                            )
                        }
                    } else {
                        rd_kafka_header_add(pointer, name.baseAddress, name.count, nil, 0)
                    }
                }
            }
        }
    }

    deinit {
        if !isTaken { rd_kafka_headers_destroy(pointer) }
    }
}
