import FoundationEssentials
import Sky
package import Tensor

@testable package import AstroM3

/// The golden forward vectors, used in place; `$TRIFID_SHARED` says where (default `../shared`).
package enum GoldenVectors {
    package static let lengths = [200, 120, 7, 1]

    package static let folder: String = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let shared = ProcessInfo.processInfo.environment["TRIFID_SHARED"] ?? root.path() + "/../shared"
        return shared + "/golden/astrom3"
    }()

    package static let available = FileManager.default.fileExists(atPath: folder + "/forward_streaming.safetensors")
    package static let skipped: String = "skipped: no golden vectors in \(folder); set TRIFID_SHARED"

    /// Loss and gradients of the streaming variant, in double precision.
    package static func gradients() throws -> SafeTensors {
        try SafeTensors(Data(contentsOf: URL(filePath: "\(folder)/gradients_streaming.safetensors")))
    }

    /// The losses of ten steps of AdamW.
    package static func lossCurve() throws -> [Double] {
        struct Index: Decodable { let adamw_loss_curve: [Double] }
        return try JSONDecoder().decode(Index.self, from: Data(contentsOf: URL(filePath: folder + "/index.json")))
            .adamw_loss_curve
    }

    package static func read(_ variant: ModelManifest.Variant) throws -> SafeTensors {
        try SafeTensors(Data(contentsOf: URL(filePath: "\(folder)/forward_\(variant.rawValue).safetensors")))
    }

    /// The reference's model: nine channels, ten classes, weights by formula.
    package static func manifest(_ variant: ModelManifest.Variant) -> ModelManifest {
        var manifest = ModelBuilder.defaults(name: "golden", version: "1", seed: 0, variant: variant, layers: 8)
        manifest.photometry.channels = PublishedLightCurve.channels
        manifest.photometry.timeEncoding = .minMax
        manifest.photometry.mean = Array(repeating: 0, count: 9)
        manifest.photometry.std = Array(repeating: 1, count: 9)
        manifest.taxonomy = .published
        return manifest
    }

    package static func model(_ variant: ModelManifest.Variant, kernels: Kernels = .best) throws -> Model {
        let manifest = manifest(variant)
        try manifest.validate()
        return try Model(
            manifest: manifest,
            weights: SafeTensors(SafeTensors.encode(FormulaWeights.tensors(manifest))),
            references: .init(objects: [], labels: [], dimension: 512, k: 10, subsets: [:]),
            kernels: kernels
        )
    }

    /// Four light curves (200, 9), only the first rows of which are points; times rise from 0 to 1.
    package static func photometry() -> [Float] {
        var values = FormulaWeights.values("input.photometry", count: 4 * 200 * 9, scale: 2)
        for curve in 0..<4 {
            let times = (0..<200).map { (values[(curve * 200 + $0) * 9] + 2) / 4 }.sorted()
            for row in 0..<200 { values[(curve * 200 + row) * 9] = times[row] }
        }
        return values
    }

    /// Four spectra as rows (2575, 3); the reference has (3, 2575).
    package static func spectra() -> [[Float]] {
        let values = FormulaWeights.values("input.spectra", count: 4 * 3 * 2575, scale: 1.5)
        return (0..<4).map { spectrum in
            (0..<2575).flatMap { row in (0..<3).map { values[(spectrum * 3 + $0) * 2575 + row] } }
        }
    }

    /// Four rows of 34 features.
    package static func metadata() -> [Float] {
        FormulaWeights.values("input.metadata", count: 4 * 34, scale: 1.5)
    }
}
