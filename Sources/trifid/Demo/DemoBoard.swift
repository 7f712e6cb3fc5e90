import Broker
import Foundation
import Kafka
import Sky
import Synchronization

/// What the threads of a demonstration tell each other and the screen.
final class DemoBoard: Sendable {
    /// Something that came out.
    enum Row: Sendable {
        /// An annotated alert, and the seconds from the alert's arrival in Kafka to its annotation's.
        case alert(AlertSummary, latency: Double)
        /// A dead letter: the input position and why.
        case deadLetter(position: String, reason: String)

        /// Whether it is an annotated alert.
        var isAlert: Bool { if case .alert = self { true } else { false } }
    }

    private struct State {
        var audit = RunningAudit()
        /// Alerts since the screen looked last, the newest last.
        var fresh: [Row] = []
        var latencies = RecentLatencies()
        var firstAlert: Date?
        var announcements: [String] = []
        var warnings: [String] = []
    }

    private let state = Mutex(State())
    private static let keptWarnings = 20
    private static let keptRows = 1_000

    /// Something is ready.
    func announce(_ text: String) { state.withLock { $0.announcements.append(text) } }

    /// What has become ready since the last call.
    func takeAnnouncements() -> [String] {
        state.withLock { state in
            defer { state.announcements = [] }
            return state.announcements
        }
    }

    /// The stream's log has a warning or an error.
    func warn(_ text: String) {
        state.withLock {
            $0.warnings.append(text)
            if $0.warnings.count > Self.keptWarnings { $0.warnings.removeFirst() }
        }
    }

    /// The last warnings.
    var warnings: [String] { state.withLock { $0.warnings } }

    /// Tells the audit what came by.
    func audit(_ change: (inout RunningAudit) -> Void) { state.withLock { change(&$0.audit) } }

    /// The audit at this moment.
    var audit: RunningAudit { state.withLock { $0.audit } }

    /// Something came out.
    func show(_ rows: [Row]) {
        guard !rows.isEmpty else { return }
        state.withLock {
            $0.fresh += rows
            if $0.fresh.count > Self.keptRows { $0.fresh.removeFirst($0.fresh.count - Self.keptRows) }
            for case .alert(_, let latency) in rows {
                if $0.firstAlert == nil { $0.firstAlert = Date() }
                $0.latencies.add(latency)
            }
        }
    }

    /// What came out since the last call, the newest last.
    func takeRows() -> [Row] {
        state.withLock { state in
            defer { state.fresh = [] }
            return state.fresh
        }
    }

    /// When the first annotated alert came by.
    var firstAlert: Date? { state.withLock { $0.firstAlert } }

    /// The latencies of the last alerts.
    var latencies: RecentLatencies { state.withLock { $0.latencies } }
}

/// The latencies of the last alerts, in seconds.
struct RecentLatencies: Sendable {
    private var values: [Double] = []
    private var next = 0
    private static let capacity = 2_000

    mutating func add(_ latency: Double) {
        if values.count < Self.capacity {
            values.append(latency)
        } else {
            values[next] = latency
            next = (next + 1) % Self.capacity
        }
    }

    /// The latency that a share of the alerts did not exceed; nil where there is none.
    func quantile(_ share: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
    }
}
