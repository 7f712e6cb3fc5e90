import Testing

@testable import AstroM3

/// The benchmark measures what it says, whatever the rate.
@Suite struct InferenceBenchmarkTests {
    @Test(arguments: [1, 2])
    func aCaseIsMeasuredOnTheThreadsAskedFor(threads: Int) throws {
        let model = try ModelBuilder.untrained(SampleFolder.smallManifest())
        let benchmark = InferenceBenchmark(model, rounds: 1, tokens: 400)
        let results = benchmark.run(ztfLengths: [3, 5, 10], threads: [threads])
        let lengths = InferenceBenchmark.lengths
        #expect(results.map(\.name) == lengths.map { "length-\($0)" } + ["ztf-lengths"])
        #expect(results.map(\.meanLength) == lengths.map(Double.init) + [6])
        #expect(results.allSatisfy { $0.threads == threads && $0.rate > 0 && $0.rate.isFinite })
    }
}
