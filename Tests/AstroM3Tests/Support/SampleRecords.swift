import FoundationEssentials
import Ground
import Sky

@testable import AstroM3

/// Records of every kind, the same in each run.
enum SampleRecords {
    static func lightCurve(points: Int, seed: UInt64) -> LightCurve {
        var generator = SplitMix64(seed: seed, name: "light curve")
        var curve: [LightCurve.Point] = []
        for i in 0..<points {
            let jitter = Double(generator.uniform()) * 0.3
            let point = LightCurve.Point(
                mjd: 60_000 + 1.3 * Double(i) + jitter,
                flux: 2000 + 1500 * generator.uniform(),
                fluxErr: 80 + 20 * generator.uniform(),
                totalFlux: i % 3 == 0 ? .nan : 9000 + 1500 * generator.uniform(),
                totalFluxErr: 90,
                wavelength: i % 2 == 0 ? 480 : 640,
                kind: i % 5 == 4 ? .forced : .detection
            )
            curve.append(point)
        }
        return LightCurve(points: curve)
    }

    static func spectrum(seed: UInt64, embedding: [Float]? = nil) -> Spectrum {
        var generator = SplitMix64(seed: seed, name: "spectrum")
        let wavelength = stride(from: Float(3800), to: 9100, by: 5).map { $0 }
        return Spectrum(
            id: Int64(seed),
            wavelength: wavelength,
            flux: wavelength.map { 10 + $0 / 1000 + generator.uniform() },
            uncertainty: wavelength.map { _ in 0.5 + 0.1 * generator.uniform() },
            embedding: embedding
        )
    }

    static func metadata(seed: UInt64, missing: Set<Int> = []) -> Metadata {
        var generator = SplitMix64(seed: seed, name: "metadata")
        let values = (0..<34).map { missing.contains($0) ? Float.nan : 10 + 5 * generator.uniform() }
        return Metadata(id: Int64(seed), names: PublishedMetadata.names, values: values)
    }

    static func record(
        points: Int,
        seed: UInt64,
        spectrum: Spectrum? = nil,
        metadata: Metadata? = nil
    ) -> Record {
        let curve = lightCurve(points: points, seed: seed)
        let alert = Alert(
            survey: SurveyName("test"),
            alertId: Int64(seed),
            objectId: "object\(seed)",
            ra: 10,
            dec: 20,
            mjd: curve.points.last?.mjd ?? 60_000,
            timeScale: .utcStart,
            band: Band("g", wavelength: 480),
            detections: []
        )
        return Record(alert: alert, lightCurve: curve, spectrum: spectrum, metadata: metadata)
    }

    /// A mix of lengths and modalities, one record without anything usable among them.
    static func mixed(_ count: Int) -> [Record] {
        (0..<count).map { i in
            let seed = UInt64(i)
            return record(
                points: [8, 1, 0, 33, 250, 15, 2, 64][i % 8],
                seed: seed,
                spectrum: i % 3 == 1 ? spectrum(seed: seed) : nil,
                metadata: i % 4 == 3 ? metadata(seed: seed, missing: [2, 8]) : nil
            )
        }
    }
}

/// A small model in a folder of its own that goes with the value.
final class SampleFolder {
    let path = FileManager.default.temporaryDirectory.path() + "/trifid-model-\(UUID().uuidString)"

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// One layer of width 32, three classes in two levels.
    static func smallManifest(_ training: ModelManifest.TrainingState = .untrained) -> ModelManifest {
        var manifest = ModelBuilder.defaults(
            name: "small",
            version: "1.2.3",
            seed: 7,
            variant: .streaming,
            layers: 1
        )
        manifest.training = training
        manifest.architecture = Architecture(
            layers: 1,
            modelWidth: 32,
            heads: 1,
            feedForwardWidth: 64,
            embedding: 32
        )
        manifest.taxonomy = Taxonomy(nodes: [
            .init("Star"), .init("RRAB", under: "Star"), .init("EW", under: "Star"), .init("AGN"),
        ])
        manifest.novelty.k = 3
        return manifest
    }

    static func references(_ count: Int = 12) -> [ModelBuilder.ReferenceRecord] {
        (0..<count).map { i in
            let seed = UInt64(1000 + i)
            return ModelBuilder.ReferenceRecord(
                name: "reference \(i)",
                label: ["RRAB", "EW", "AGN"][i % 3],
                record: SampleRecords.record(
                    points: 5 + i,
                    seed: seed,
                    spectrum: i % 2 == 0 ? SampleRecords.spectrum(seed: seed) : nil,
                    metadata: i % 4 < 3 ? SampleRecords.metadata(seed: seed) : nil
                )
            )
        }
    }
}
