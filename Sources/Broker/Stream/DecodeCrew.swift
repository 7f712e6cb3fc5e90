import Ground
import Kafka
import Service
import Survey

/// The decode thread's hands: a decoder for each thread, and the threads that share a large batch. One a pipeline.
final class DecodeCrew {
    /// Bytes of packets from which a batch is shared out: a small one is decoded before another thread has woken up.
    static let largeBatch = 4 << 20

    private let stage: DecodeStage
    private let heartbeat: Heartbeat
    /// By the numbers of the crew's threads. The first is the calling thread's too, which waits while the crew works.
    private let decoders: [ThreadConfined<RowDecoder>]
    private let crew: WorkCrew?

    /// A crew that beats at each message: the registry may take its time for every schema.
    init(_ stage: DecodeStage, _ heartbeat: Heartbeat) {
        self.stage = stage
        self.heartbeat = heartbeat
        let threads = max(1, stage.threads)
        decoders = (0..<threads).map { _ in
            ThreadConfined(RowDecoder(stage))
        }
        crew = threads > 1 ? WorkCrew(size: threads, name: "decode") : nil
    }

    /// Ends the threads.
    func stop() {
        crew?.stop()
    }

    /// Makes a row of each message, in their order.
    ///
    /// - Throws: `PacketError` where the registry is out of reach: the batch is to be read again.
    func decode(_ batch: StreamBatch) throws {
        let messages = batch.messages
        let sources = messages.indices.flatMap { number in messages[number].indices.map { (batch: number, index: $0) } }
        if let crew, batch.messages.reduce(0, { $0 + $1.byteCount }) >= Self.largeBatch {
            let sizes = sources.map { messages[$0.batch][$0.index].value?.count ?? 0 }
            batch.rows = try crew.map(sizes: sizes) { [stage, decoders, heartbeat] place, thread in
                heartbeat.beat()
                let source = sources[place]
                return try stage.row(messages[source.batch][source.index], source: source, decoders[thread].value)
            }
        } else {
            let decoder = decoders[0].value
            batch.rows = try sources.map { source in
                heartbeat.beat()
                return try stage.row(messages[source.batch][source.index], source: source, decoder)
            }
        }
        for decoder in decoders { stage.unreadable.tell(decoder.value.packets.takeSchemaNotices()) }
        batch.decoded = WallClock.microseconds
    }
}
