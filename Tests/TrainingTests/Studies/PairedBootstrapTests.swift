import Foundation
import Ground
import Testing

@testable import Training

@Suite struct PairedBootstrapTests {
    /// Percentiles as numpy's `percentile`, which interpolates linearly.
    @Test func percentilesLieBetweenValues() {
        let values = [1.0, 2, 4, 8]
        #expect(PairedBootstrap.percentile(values, 0) == 1 && PairedBootstrap.percentile(values, 1) == 8)
        #expect(PairedBootstrap.percentile(values, 0.5) == 3)
        #expect(abs(PairedBootstrap.percentile(values, 0.025) - 1.075) < 1e-12)
        #expect(abs(PairedBootstrap.percentile(values, 0.975) - 7.7) < 1e-12)
        #expect(PairedBootstrap.percentile([], 0.5) == 0)
    }

    /// Of one class the difference is a mean: its deviation is that of the differences over the root of their number.
    @Test func ofOneClassTheIntervalIsThatOfAMean() {
        var generator = SplitMix64(seed: 3)
        let entries = (0..<400).map { number in
            PairedBootstrap.Entry(
                cluster: number,
                label: 0,
                first: Double(generator.next() % 4) / 3,
                second: Double(generator.next() % 5) / 4
            )
        }
        let differences = entries.map { $0.second - $0.first }
        let mean = differences.reduce(0, +) / 400
        let deviation = sqrt(differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 400 / 400)
        let bootstrap = PairedBootstrap(entries, samples: 20_000, seed: 1)
        #expect(abs(bootstrap.difference - mean) < 1e-12)
        #expect(abs(bootstrap.interval.lowerBound - (mean - 1.96 * deviation)) < 0.08 * deviation)
        #expect(abs(bootstrap.interval.upperBound - (mean + 1.96 * deviation)) < 0.08 * deviation)
        let again = PairedBootstrap(entries, samples: 20_000, seed: 1)
        #expect(again.interval == bootstrap.interval)
    }

    /// Two classes count alike, however many objects they have; objects of one cluster are one.
    @Test func classesCountAlikeAndClustersAreDrawnWhole() {
        var entries = (0..<90).map { PairedBootstrap.Entry(cluster: $0, label: 0, first: 0, second: 0) }
        entries += (0..<10).map { PairedBootstrap.Entry(cluster: 100 + $0, label: 1, first: 0, second: 1) }
        let bootstrap = PairedBootstrap(entries, samples: 500, seed: 1)
        // Whatever is drawn, the second is better by one in the one class and by nothing in the other.
        #expect(bootstrap.difference == 0.5 && bootstrap.interval == 0.5...0.5)
        // Two hundred entries of two clusters are two: either, or both.
        let twins = (0..<200).map { number in
            PairedBootstrap.Entry(cluster: number % 2, label: 0, first: 0, second: number % 2 == 0 ? 1 : 0)
        }
        #expect(PairedBootstrap(twins, samples: 500, seed: 1).interval == 0...1)
    }
}
