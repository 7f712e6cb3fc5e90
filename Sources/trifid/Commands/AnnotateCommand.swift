import AstroM3
import Broker
import Foundation
import Ground
import Service
import Settings
import Sky
import Survey

/// `trifid annotate`
struct AnnotateCommand: Command {
    static let name = "annotate"
    static let summary = "Annotate alert packets from files, one JSON object a line"
    static let discussion = """
        Prints the annotated alert of each record, in input order: what the stream would send with nothing known but \
        the packet. Without --model the shipped one answers. A file that \
        cannot be read gives an error line on standard error, and the rest goes on; the exit status is then 1. Needs \
        neither Kafka nor a database.
        """
    static let examples = ["trifid annotate ZTF21abiuvdk.avro"]

    let schemas = SchemaOptions()
    let configuration = ConfigurationOptions()

    @Option("--model", "DIR", "Folder of the model; else the configuration's, else the shipped one.")
    var model: String?

    @Flag("--json", "Print JSON, as this command always does.")
    var json: Bool

    @Positional("FILE", "Packets: Avro object containers or Confluent-framed messages; - for standard input.")
    var files: [String]

    /// Alerts that are annotated at once.
    private static let batch = 256

    func run() throws -> ExitStatus {
        let settings = try configuration.load()
        let annotator = Annotator(
            model: try ModelChoice.model(model ?? settings.model),
            settings: AnnotationSettings(settings),
            threads: ProcessInfo.processInfo.activeProcessorCount
        )
        let packets = try PacketAnnotator(annotator: annotator, lightCurve: StreamSettings(settings).lightCurve)
        let decoder = PacketDecoder(registry: try schemas.registry())
        var waiting: [(alert: Alert, times: StageTimes)] = []
        var failed = false
        var notices = SchemaNotices()
        for path in files where !StandardOutput.isBroken {
            do {
                try PacketFile(path: path).withBytes { bytes in
                    let received = StageTimes.now
                    try decoder.decodeEach(bytes) { result, _ in
                        switch result {
                        case .success(let alert):
                            waiting.append((alert, StageTimes(received: received, decoded: StageTimes.now)))
                            if waiting.count >= Self.batch { try emit(&waiting, packets) }
                        case .failure(let error):
                            failed = true
                            StandardError.print("trifid annotate: \(path): \(error)")
                        }
                    }
                }
            } catch let error as ModelError {
                throw error
            } catch {
                failed = true
                StandardError.print("trifid annotate: \(path): \(error)")
            }
            for notice in notices.new(decoder.takeSchemaNotices()) {
                StandardError.print("trifid annotate: \(path): \(notice)")
            }
        }
        try emit(&waiting, packets)
        return failed ? .incomplete : .done
    }

    private func emit(_ waiting: inout [(alert: Alert, times: StageTimes)], _ packets: PacketAnnotator) throws {
        for line in try packets.lines(waiting) { StandardOutput.print(line) }
        waiting.removeAll(keepingCapacity: true)
    }
}
