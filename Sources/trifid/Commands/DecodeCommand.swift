import Avro
import Broker
import Foundation
import Ground
import Sky
import Survey

/// `trifid decode`
struct DecodeCommand: Command {
    static let name = "decode"
    static let summary = "Print alert packets as JSON, one object a line"
    static let discussion = """
        Without --raw: the alert as Trifid understands it, in nJy and MJD; what is no detection in its light curve, \
        annotation.bogusBelow and annotation.bogusFlags of the configuration decide. With --raw: the packet as it is, by the \
        writer's names. A file may hold several records. One that cannot be read gives an error line on standard \
        error, and the rest goes on; the exit status is then 1. Needs neither Kafka nor a database.
        """
    static let examples = [
        "trifid decode ZTF21abiuvdk.avro", "trifid decode --raw --schemas Schemas/lsst message.avro",
        "curl -s https://host/packet.avro | trifid decode -",
    ]

    let schemas = SchemaOptions()
    let configuration = ConfigurationOptions()

    @Flag("--raw", "Print the packet as it is: the writer's names, every field.")
    var raw: Bool

    @Flag("--json", "Print JSON, as this command always does.")
    var json: Bool

    @Positional("FILE", "Packets: Avro object containers or Confluent-framed messages; - for standard input.")
    var files: [String]

    func run() throws -> ExitStatus {
        let rule = AnnotationSettings(try configuration.load()).quality
        let registry = try schemas.registry()
        var failed = false
        let decoder = PacketDecoder(registry: registry)
        let printer = RawPacketPrinter(registry: registry)
        var notices = SchemaNotices()
        for path in files where !StandardOutput.isBroken {
            do {
                try PacketFile(path: path).withBytes { bytes in
                    if raw {
                        try printer.print(bytes)
                        return
                    }
                    var json = JSONText(capacity: 1 << 16)
                    try decoder.decodeEach(bytes) { result, _ in
                        switch result {
                        case .success(let alert):
                            json.removeAll()
                            alert.appendJSON(to: &json, under: rule)
                            json.endLine()
                            StandardOutput.write(json.utf8)
                        case .failure(let error):
                            failed = true
                            StandardError.print("trifid decode: \(path): \(error)")
                        }
                    }
                }
            } catch {
                failed = true
                StandardError.print("trifid decode: \(path): \(error)")
            }
            for notice in notices.new(decoder.takeSchemaNotices()) {
                StandardError.print("trifid decode: \(path): \(notice)")
            }
        }
        return failed ? .incomplete : .done
    }
}
