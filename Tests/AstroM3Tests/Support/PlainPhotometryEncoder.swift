import Glibc
import Tensor

@testable import AstroM3

/// The streaming photometry encoder in double precision, as its formulas stand in the papers: no padding of heads, no blocks,
/// one light curve at a time.
struct PlainPhotometryEncoder {
    let manifest: ModelManifest
    let tensors: [String: ShapedArray]

    private typealias Rows = [[Double]]

    private var architecture: Architecture { manifest.architecture }

    /// The unit embedding of a light curve's rows of channels.
    func embedding(_ points: [[Double]]) -> [Double] {
        let name = "photometry_encoder"
        var tokens = tokens(points, "\(name).enc_embedding.value_embedding")
        if manifest.photometry.positionalEncoding == .sinusoidByIndex {
            tokens = tokens.enumerated().map { index, token in
                token.enumerated().map { column, value in
                    let angle = Double(index) / pow(10000, Double(column / 2 * 2) / Double(architecture.modelWidth))
                    return value + (column % 2 == 0 ? sin(angle) : cos(angle))
                }
            }
        }
        for layer in 0..<architecture.layers { tokens = apply("\(name).encoder.attn_layers.\(layer)", tokens) }
        tokens = normalised(tokens, "\(name).encoder.norm")
        let mean = (0..<architecture.modelWidth).map { column in
            tokens.reduce(0) { $0 + $1[column] } / Double(tokens.count)
        }
        let projected = linear([mean], "photometry_proj_pooled")[0]
        let length = projected.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return projected.map { $0 / length }
    }

    private func tokens(_ points: Rows, _ name: String) -> Rows {
        guard architecture.tokens == .convolution else {
            return linear(gelu(linear(points, "\(name).0")), "\(name).2")
        }
        let weight = values("\(name).tokenConv.weight")
        let channels = points[0].count
        return points.indices.map { index in
            (0..<architecture.modelWidth).map { output in
                var sum = 0.0
                for tap in 0..<3 where points.indices.contains(index + tap - 1) {
                    for (channel, value) in points[index + tap - 1].enumerated() {
                        sum += weight[(output * channels + channel) * 3 + tap] * value
                    }
                }
                return sum
            }
        }
    }

    private func apply(_ name: String, _ x: Rows) -> Rows {
        func mixed(_ x: Rows) -> Rows { linear(gelu(linear(x, "\(name).conv1")), "\(name).conv2") }
        let (first, second) = ("\(name).norm1", "\(name).norm2")
        switch architecture.norm {
        case .after:
            let between = normalised(sum(x, attention(x, "\(name).attention")), first)
            return normalised(sum(between, mixed(between)), second)
        case .before:
            let between = sum(x, attention(normalised(x, first), "\(name).attention"))
            return sum(between, mixed(normalised(between, second)))
        }
    }

    private func attention(_ x: Rows, _ name: String) -> Rows {
        let (queries, keys, contents) = (
            linear(x, "\(name).query_projection"), linear(x, "\(name).key_projection"),
            linear(x, "\(name).value_projection")
        )
        let width = architecture.modelWidth / architecture.heads
        let context = queries.map { query in
            (0..<architecture.heads).flatMap { head in
                let columns = head * width..<(head + 1) * width
                let scores = keys.map { dot(query[columns], $0[columns]) / Double(width).squareRoot() }
                let top = scores.max() ?? 0
                let shares = scores.map { exp($0 - top) }
                let total = shares.reduce(0, +)
                return columns.map { column in dot(shares[...], contents.map { $0[column] }[...]) / total }
            }
        }
        return linear(context, "\(name).out_projection")
    }

    private func normalised(_ x: Rows, _ name: String) -> Rows {
        let (gain, bias) = (values("\(name).weight"), values("\(name).bias"))
        return x.map { row in
            let mean = row.reduce(0, +) / Double(row.count)
            let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
            let deviation = (variance + 1e-5).squareRoot()
            return row.indices.map { column in
                let standardised = (row[column] - mean) / deviation
                return standardised * gain[column] + bias[column]
            }
        }
    }

    private func linear(_ x: Rows, _ name: String) -> Rows {
        let (weight, bias) = (values("\(name).weight"), values("\(name).bias"))
        return x.map { row in
            bias.indices.map { output in
                bias[output] + dot(weight[output * row.count..<(output + 1) * row.count], row[...])
            }
        }
    }

    private func dot(_ x: ArraySlice<Double>, _ y: ArraySlice<Double>) -> Double {
        var sum = 0.0
        for (a, b) in zip(x, y) { sum += a * b }
        return sum
    }

    private func gelu(_ x: Rows) -> Rows { x.map { $0.map { $0 / 2 * (1 + erf($0 / 2.0.squareRoot())) } } }

    private func sum(_ x: Rows, _ y: Rows) -> Rows { zip(x, y).map { zip($0, $1).map(+) } }

    private func values(_ name: String) -> [Double] { (tensors[name]?.values ?? []).map(Double.init) }
}
