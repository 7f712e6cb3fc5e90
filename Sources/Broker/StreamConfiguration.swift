package import Archive
import Foundation
import Ground
import Service
package import Settings
import Sky
import Survey

extension StreamSettings {
    /// The stream as a configuration sets it.
    package init(_ configuration: Configuration) {
        let (kafka, input, output) = (configuration.kafka, configuration.input, configuration.output)
        let threads = configuration.workers.threads
        self.init(
            brokers: kafka.brokers.joined(separator: ","),
            group: kafka.group,
            worker: kafka.worker,
            kafkaProperties: kafka.properties,
            inputTopics: input.topics,
            inputPattern: input.pattern,
            start: Start(input.from),
            postgresURL: configuration.postgres.url,
            routing: Routing(
                topics: OutputTopics(prefix: output.prefix),
                anomalyPercentile: Float(configuration.annotation.anomalyPercentile)
            ),
            cutouts: output.cutouts,
            batchAlerts: configuration.batch.alerts,
            batchWait: configuration.batch.wait.milliseconds,
            threads: threads == 0 ? ProcessInfo.processInfo.activeProcessorCount : threads,
            annotation: AnnotationSettings(configuration),
            coneRadius: configuration.annotation.coneRadius
        )
        framing = PacketDecoder.Framing(input.framing)
        mayBeRestricted = input.nonPublic
        lightCurve = DatumFraming.LightCurveExtent(output.lightCurve)
        outputPartitions = output.partitions
        batchBytes = configuration.batch.bytes.bytes
        limits = StreamLimits(configuration)
    }
}

extension StreamLimits {
    /// The limits of a configuration.
    package init(_ configuration: Configuration) {
        let limits = configuration.limits
        self.init()
        database = SessionLimits(
            roundTrip: limits.database.duration,
            lock: limits.lock.duration,
            idleTransaction: limits.idleTransaction.duration
        )
        kafka = limits.kafka.duration
        transaction = limits.transaction.duration
        stall = limits.stall.duration
        claim = limits.claim.duration
        stuck = limits.stuck.duration
        heartbeat = limits.heartbeat.duration
        // Less than the time that a stop may take, so that the process ends by itself.
        drain = max(.seconds(1), limits.shutdown.duration - .seconds(5))
    }
}

extension AnnotationSettings {
    /// Annotations as a configuration sets them.
    package init(_ configuration: Configuration) {
        let annotation = configuration.annotation
        self.init(
            drbBelow: Float(annotation.bogusBelow.drb),
            rbBelow: Float(annotation.bogusBelow.rb),
            reliabilityBelow: Float(annotation.bogusBelow.reliability),
            bogusFlags: annotation.bogusFlags,
            neighbours: annotation.neighbours,
            embedding: annotation.embedding
        )
    }

    /// What a configuration says of annotations that only the surveys can tell to be wrong: flags that none of them has.
    package static func problems(in configuration: Configuration) -> [ConfigurationProblem] {
        let known = Surveys.names.flatMap(Surveys.flagNames)
        guard let unknown = configuration.annotation.bogusFlags.first(where: { !known.contains($0) }) else { return [] }
        return [
            configuration.problem(
                ConfigurationKeys.table.annotation.bogusFlags,
                "names '\(unknown)', a flag that no survey has",
                allowed: known.joined(separator: ", ")
            )
        ]
    }
}

extension PacketDecoder.Framing {
    fileprivate init?(_ framing: InputFraming) {
        switch framing {
        case .auto: return nil
        case .container: self = .container
        case .confluent: self = .confluent
        case .singleObject: self = .singleObject
        }
    }
}

extension DatumFraming.LightCurveExtent {
    /// The extent that a setting names.
    package init(_ extent: OutputLightCurve) {
        self =
            switch extent {
            case .recent: .recent
            case .full: .full
            case .none: .none
            }
    }
}

extension StreamSettings.Start {
    fileprivate init(_ start: InputStart) {
        self =
            switch start {
            case .earliest: .earliest
            case .latest: .latest
            case .time(let time): .time(time.milliseconds)
            }
    }
}
