import Service
import Survey
import Synchronization

/// Says once a schema which optional fields of it cannot be read, in the log and in the statistics, whatever number of
/// threads decodes its alerts and however often they start again.
final class UnreadableFields: Sendable {
    private let notices = Mutex(SchemaNotices())
    private let statistics: StreamStatistics
    private let log: Logger

    init(statistics: StreamStatistics, log: Logger) {
        self.statistics = statistics
        self.log = log
    }

    /// Takes what one decoder has met.
    func tell(_ met: [SchemaNotice]) {
        guard !met.isEmpty else { return }
        for notice in notices.withLock({ $0.new(met) }) {
            statistics.update { $0.unreadableFields += Int64(notice.unreadable.count) }
            log.warning(
                "fields of a writer's schema cannot be read: its alerts lack them",
                ["schema": .text(notice.schema), "version": .text(notice.version), "fields": .text(notice.fields)]
            )
        }
    }
}
