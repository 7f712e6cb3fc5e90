import Ground
package import Service
import Sky

/// Shows a stream to operators: its statistics as metrics, readiness and a section of `/status`, its threads' signs of
/// life as liveness.
package struct StreamMonitor: Sendable {
    private let statistics: StreamStatistics
    private let limits: StreamLimits

    /// A monitor of a stream's statistics; `limits` say when it counts as stuck.
    package init(_ statistics: StreamStatistics, limits: StreamLimits) {
        self.statistics = statistics
        self.limits = limits
    }

    /// Declares the stream's metrics, checks and status.
    ///
    /// - Returns: what the stream's threads give their signs of life to.
    package func install(in process: ServiceProcess) -> StreamHeartbeats {
        installMetrics(process.metrics)
        let (statistics, stuck) = (statistics, limits.stuck)
        process.health.addReadinessCheck("stream") { statistics.snapshot.trouble }
        process.health.addReadinessCheck("assignment") { statistics.snapshot.assignmentProblem }
        process.health.addReadinessCheck("progress") { statistics.snapshot.progressProblem(after: stuck) }
        process.health.addStatus("stream") { Self.status(statistics.snapshot) }
        return StreamHeartbeats(in: process.health, limit: limits.heartbeat)
    }

    func installMetrics(_ metrics: MetricsRegistry) {
        let messages = metrics.total(
            "trifid_messages_total",
            "Messages consumed, each under one outcome: annotated, duplicate, dead_letter, private",
            labels: "outcome"
        )
        let replays = metrics.total(
            "trifid_replayed_messages_total",
            "Messages that were read again after their outcome was committed; nothing goes out"
        ).labelled()
        let conflicting = metrics.total(
            "trifid_conflicting_alerts_total",
            "Annotated alerts whose id was known with another time, private ones not among them"
        ).labelled()
        let republished = metrics.total(
            "trifid_republished_alerts_total",
            "Stored answers that went out again after a crash between the two commits, private ones not among them"
        ).labelled()
        let decisions = metrics.total(
            "trifid_decisions_total",
            "Annotated alerts by deciding node, private ones not among them",
            labels: "node"
        )
        let letters = metrics.total(
            "trifid_dead_letters_total",
            "Dead letters by code, private ones not among them",
            labels: "code"
        )
        let points = metrics.total(
            "trifid_light_curve_points_total",
            "Points of the annotated alerts' light curves: what the model's work grows with"
        ).labelled()
        let unreadable = metrics.total(
            "trifid_unreadable_fields_total",
            "Optional fields that cannot be read and are missing in the alerts, each once a writer's schema"
        ).labelled()
        let stages = metrics.total("trifid_stage_seconds_total", "Seconds of work by stage", labels: "stage")
        let batches = metrics.total("trifid_batches_total", "Batches committed in both stores").labelled()
        let lag = metrics.gauge(
            "trifid_lag_messages",
            "Messages between what is committed and the end of the assigned partitions"
        )
        let assigned = metrics.gauge("trifid_assigned_partitions", "Partitions that this worker holds")
        let lastCommit = metrics.gauge("trifid_last_commit_age_seconds", "Age of the last commit in both stores")
        let latency = metrics.histogram(
            "trifid_latency_seconds",
            "Time from Kafka's timestamp of the input to the commit of the output"
        )
        statistics.onLatency { latency.observe(contentsOf: $0) }
        metrics.beforeScrape { [statistics] in
            let snapshot = statistics.snapshot
            let outcomes: [(String, Int64)] = [
                ("annotated", snapshot.outcomes.annotated),
                ("duplicate", snapshot.outcomes.duplicates), ("dead_letter", snapshot.outcomes.deadLetters),
                ("private", snapshot.outcomes.restricted),
            ]
            for (name, count) in outcomes { messages.labelled(name).set(Double(count)) }
            replays.set(Double(snapshot.replays))
            conflicting.set(Double(snapshot.conflicting))
            republished.set(Double(snapshot.republished))
            for (node, count) in snapshot.decisions {
                decisions.labelled(node.isEmpty ? "none" : node).set(Double(count))
            }
            for (code, count) in snapshot.deadLetterCodes { letters.labelled(code).set(Double(count)) }
            for (stage, seconds) in snapshot.seconds { stages.labelled(stage.rawValue).set(seconds) }
            points.set(Double(snapshot.lightCurvePoints))
            unreadable.set(Double(snapshot.unreadableFields))
            batches.set(Double(snapshot.batches))
            lag.set(Double(snapshot.lag))
            assigned.set(snapshot.assignedPartitions)
            if let time = snapshot.committedAt { lastCommit.set(SteadyClock.seconds - time) }
        }
    }

    private static func status(_ snapshot: StreamStatistics.Snapshot) -> JSONValue {
        [
            "consumed": .integer(snapshot.consumed), "annotated": .integer(snapshot.outcomes.annotated),
            "duplicates": .integer(snapshot.outcomes.duplicates),
            "deadLetters": .integer(snapshot.outcomes.deadLetters),
            "private": .integer(snapshot.outcomes.restricted),
            "replays": .integer(Int64(snapshot.replays)), "lag": .integer(Int64(snapshot.lag)),
            "batchesInFlight": .integer(Int64(snapshot.batchesInFlight)),
            "role": .string(snapshot.role.rawValue), "partitions": .integer(Int64(snapshot.assignedPartitions)),
            "seconds": .object(
                StreamStatistics.Stage.allCases.map {
                    JSONValue.Member($0.rawValue, .number(snapshot.seconds[$0] ?? 0))
                }
            ),
        ]
    }
}
