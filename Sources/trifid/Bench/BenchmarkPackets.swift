import Foundation
import Simulator
import Sky
import Survey

/// Packets to measure with: the surveys' real ones of a folder, `ztf/packets`, `ztf/bulk` and `lsst/packets` in it, else
/// simulated ones.
struct BenchmarkPackets {
    let packets: [[UInt8]]
    /// Where they come from, for the report.
    let source: String

    /// ZTF packets with cutouts, as the survey sends them: not those that were encoded again (`_conv`, with deflate) and
    /// not those without images (v3.5).
    static func ztfWithCutouts(in folder: String?, simulated: Int = 400) throws -> BenchmarkPackets {
        let real = files(in: folder, "ztf/packets") { !$0.contains("_conv") && !$0.contains("_v3.5") }
        if !real.isEmpty { return BenchmarkPackets(packets: real, source: "real ZTF packets with cutouts") }
        return try simulate(.ztf, count: simulated)
    }

    /// The files of real ZTF packets with cutouts, of the versions that an alert stream carries now (3.x and 4.x).
    static func ztfFilesWithCutouts(in folder: String?) -> [String] {
        paths(in: folder, "ztf/packets") {
            ($0.contains("_v3.") || $0.contains("_v4.")) && !$0.contains("_conv") && !$0.contains("_v3.5")
        }
    }

    /// LSST packets of v10.0 with cutouts.
    static func lsst(in folder: String?, simulated: Int = 200) throws -> BenchmarkPackets {
        let real = files(in: folder, "lsst/packets") { $0.hasSuffix("_v10_0.avro") }
        if !real.isEmpty {
            let framed = try DecodeBenchmark.framed(real, id: 1000)
            return BenchmarkPackets(packets: framed, source: "real LSST v10.0 packets, Confluent-framed")
        }
        return try simulate(.lsst(major: 10, minor: 0), count: simulated)
    }

    /// How many points the model uses of each ZTF alert.
    static func ztfLengths(in folder: String?) throws -> (lengths: [Int], source: String) {
        var lengths: [Int] = []
        let decoder = PacketDecoder(registry: nil)
        let real = files(in: folder, "ztf/packets") + files(in: folder, "ztf/bulk")
        let packets = real.isEmpty ? try simulate(.ztf, count: 500).packets : real
        for packet in packets {
            try packet.withUnsafeBytes { bytes in
                try decoder.decodeEach(bytes) { result, _ in
                    guard case .success(let alert) = result else { return }
                    lengths.append(LightCurve(packetOf: alert, quality: Surveys.qualityRule).points.count)
                }
            }
        }
        return (lengths, real.isEmpty ? "simulated ZTF alerts" : "real ZTF alerts")
    }

    private static func simulate(_ survey: SimulationSettings.Survey, count: Int) throws -> BenchmarkPackets {
        var sky = try SkySimulation(seed: 1, settings: SimulationSettings(survey: survey))
        var packets: [[UInt8]] = []
        while packets.count < count, let alert = sky.next() { packets.append(alert.packet) }
        return BenchmarkPackets(packets: packets, source: "simulated packets")
    }

    private static func files(
        in folder: String?,
        _ part: String,
        where isWanted: (String) -> Bool = { _ in true }
    ) -> [[UInt8]] {
        paths(in: folder, part, where: isWanted).compactMap { path in
            (try? Data(contentsOf: URL(fileURLWithPath: path))).map { Array($0) }
        }
    }

    private static func paths(in folder: String?, _ part: String, where isWanted: (String) -> Bool) -> [String] {
        guard let folder = folder.map({ "\($0)/\(part)" }) else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().filter { $0.hasSuffix(".avro") && isWanted($0) }.map { "\(folder)/\($0)" }
    }
}
