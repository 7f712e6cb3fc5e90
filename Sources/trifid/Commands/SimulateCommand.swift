import Foundation
import Ground
import Service
import Simulator
import Sky

/// `trifid simulate`
struct SimulateCommand: Command {
    static let name = "simulate"
    static let summary = "Write packets of a simulated sky as files"
    static let discussion = """
        A synthetic sky of variable stars, transients, active nuclei, asteroids and artefacts, seen by ZTF or LSST: \
        real packet formats with histories, forced photometry and cutouts. The same seed gives the same bytes. Files \
        are numbered in the order of time; `trifid play` sends them to Kafka.
        """
    static let examples = [
        "trifid simulate --packets /tmp/packets -n 1000", "trifid simulate --survey lsst --packets P -n 10",
    ]

    @Option("--packets", "DIR", "Folder for the packets; made if it is not there.")
    var folder: String

    @Option("--count", short: "-n", "N", in: 1...10_000_000, "How many packets.")
    var count: Int = 1_000

    @Option("--seed", "N", "Seed of the sky.")
    var seed: Int = 1

    @Option("--survey", "SURVEY", "ztf (packets of 4.02) or lsst (v10.0).")
    var survey: SimulatedSurvey = .ztf

    @Option("--framing", "FRAMING", "container, confluent or single-object; else as the survey sends them.")
    var framing: PacketFraming?

    @Flag("--no-cutouts", "Leave the images out.")
    var noCutouts: Bool

    @Flag("--json", "Print one JSON object a packet: file, object, alert, truth.")
    var json: Bool

    func run() throws -> ExitStatus {
        var settings = SimulationSettings(survey: survey.survey, cutouts: !noCutouts)
        settings.framing = framing?.simulated
        var sky = try SkySimulation(seed: UInt64(bitPattern: Int64(seed)), settings: settings)
        try makeFolder()
        let progress = Progress("packets", of: count)
        for number in 1...count {
            guard let alert = sky.next() else {
                throw CommandFailure(.incomplete, "the simulated sky ended after \(number - 1) packets")
            }
            let name = String(format: "%07d_", number) + "\(alert.objectId)_\(alert.alertId).avro"
            let path = "\(folder)/\(name.replacingOccurrences(of: ":", with: "-"))"
            do { try Data(alert.packet).write(to: URL(fileURLWithPath: path)) } catch {
                throw CommandFailure(.incomplete, "\(path): cannot be written: \(error.inWords)")
            }
            if json {
                StandardOutput.print(
                    [
                        "file": .string(path), "survey": .string(alert.survey.name),
                        "objectId": .string(alert.objectId),
                        "alertId": .string(String(alert.alertId)), "truth": .string(alert.sourceClass.rawValue),
                    ]
                )
            }
            progress.advance(to: number)
        }
        progress.finish()
        if !json { StandardOutput.print("\(count) packets in \(folder)") }
        return .done
    }

    private func makeFolder() throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure(.incomplete, "\(folder): cannot be made: \(error.inWords)")
        }
    }
}

/// The surveys that can be simulated.
enum SimulatedSurvey: String, ArgumentChoice {
    case ztf
    case lsst

    var survey: SimulationSettings.Survey { self == .ztf ? .ztf : .lsst(major: 10, minor: 0) }
}

/// How packets are framed.
enum PacketFraming: String, ArgumentChoice {
    case container
    case confluent
    case singleObject = "single-object"

    /// The framing by the simulator's name.
    var simulated: SimulationSettings.Framing {
        switch self {
        case .container: .container
        case .confluent: .confluent
        case .singleObject: .singleObject
        }
    }
}
