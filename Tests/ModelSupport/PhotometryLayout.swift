@testable package import AstroM3

/// A layout of the streaming photometry encoder.
package struct PhotometryLayout: Hashable, Sendable, CustomStringConvertible {
    package var tokens: Architecture.Tokens
    package var norm: Architecture.NormPlacement
    package var positions: PhotometryInput.PositionalEncoding
    package var headWidth: Int

    /// All that there are.
    package static let all: [PhotometryLayout] = Architecture.Tokens.allCases.flatMap { tokens in
        Architecture.NormPlacement.allCases.flatMap { norm in
            PhotometryInput.PositionalEncoding.allCases.flatMap { positions in
                Architecture.headWidths.map {
                    PhotometryLayout(tokens: tokens, norm: norm, positions: positions, headWidth: $0)
                }
            }
        }
    }

    /// The layout that the measured recipe for stars has.
    package static let stars = PhotometryLayout(tokens: .perceptron, norm: .before, positions: .none, headWidth: 16)

    package var description: String {
        "tokens \(tokens.rawValue), norm \(norm.rawValue), positions \(positions.rawValue), heads \(headWidth) wide"
    }

    /// The manifest with this layout, of as many heads as its width holds.
    package func applied(to manifest: ModelManifest) -> ModelManifest {
        var manifest = manifest
        manifest.architecture.tokens = tokens
        manifest.architecture.norm = norm
        manifest.architecture.heads = manifest.architecture.modelWidth / headWidth
        manifest.photometry.positionalEncoding = positions
        return manifest
    }
}
