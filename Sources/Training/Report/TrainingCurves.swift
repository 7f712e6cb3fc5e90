internal import Foundation
internal import Plots

/// The losses of a run by step, `curves.svg`, drawn from the lines of its log, so that a run which was stopped has all of them.
struct TrainingCurves {
    private struct Look: Decodable {
        var step: Int
        var loss: Double
        var validation: Double
        var best: Bool
    }

    private let looks: [Look]

    /// Looks that are drawn at the most.
    private static let most = 500

    /// - Parameter log: lines of `log.jsonl`; one that is damaged is passed over.
    init(log: [UInt8]) {
        let decoder = JSONDecoder()
        looks = log.split(separator: UInt8(ascii: "\n")).compactMap { try? decoder.decode(Look.self, from: Data($0)) }
            .filter { $0.loss.isFinite && $0.validation.isFinite }
    }

    /// The file; nil before the first look.
    func svg(_ title: String) -> String? {
        guard let last = looks.last else { return nil }
        let best = looks.last(where: \.best)
        let stride = (looks.count + Self.most - 1) / Self.most
        let drawn = looks.enumerated().filter { $0.offset % stride == 0 || $0.element.step == best?.step }.map(
            \.element
        )
        let values = drawn.flatMap { [$0.loss, $0.validation] }
        let (low, high) = (values.min() ?? 0, values.max() ?? 1)
        // Losses begin anywhere; a share of the range keeps lines off the frame.
        let edge = max(0.06 * (high - low), 1e-6)
        var plot = Plot(
            "Loss by step: \(title)",
            x: .linear("step", 0...Double(max(last.step, 1))),
            y: .linear("loss (nats)", max(0, low - edge)...high + edge),
            width: 640
        )
        let hasPoints = drawn.count <= 40
        plot.addLine(
            drawn.map { Plot.Point(Double($0.step), $0.loss) },
            Plot.Series("training", colour: 1),
            hasPoints: hasPoints
        )
        plot.addLine(
            drawn.map { Plot.Point(Double($0.step), $0.validation) },
            Plot.Series("validation", colour: 2),
            hasPoints: hasPoints
        )
        if let best {
            let text = "best: \(best.validation.fixed(4)) at step \(best.step)"
            plot.addPoints(
                [Plot.Point(Double(best.step), best.validation, hint: text)],
                Plot.Series(text, colour: 3)
            )
        }
        return plot.file
    }
}
