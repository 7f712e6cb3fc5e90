import AstroM3
import Dispatch
import Ground
import Sky

/// How many alerts a second a model answers, from records to inferences.
struct InferenceBenchmark: Sendable {
    /// One measured case.
    struct Result: Hashable, Sendable {
        /// `length-8` to `length-200`, or `ztf-lengths`.
        var name: String
        /// Alerts a second over all threads: the best of the rounds.
        var rate: Double
        /// Threads that inferred.
        var threads: Int
        /// Mean number of points of a light curve.
        var meanLength: Double
    }

    /// The lengths that are always measured.
    static let lengths = [8, 16, 32, 64, 100, 200]

    /// Records that are answered in one call.
    private static let batch = 256

    private let model: Model
    private let rounds: Int
    private let tokens: Int

    /// A benchmark of a model. Each case runs `rounds` times over about `tokens` points a thread.
    init(_ model: Model, rounds: Int = 5, tokens: Int = 12_800) {
        self.model = model
        self.rounds = max(1, rounds)
        self.tokens = max(1, tokens)
    }

    /// A benchmark of an untrained model of the streaming variant, made in memory.
    init(layers: Int = 8, seed: UInt64 = 1, rounds: Int = 5, tokens: Int = 12_800) throws(ModelError) {
        let model = try ModelBuilder.untrained(name: "bench", seed: seed, variant: .streaming, layers: layers)
        self.init(model, rounds: rounds, tokens: tokens)
    }

    /// Every case: the fixed lengths and, where some are given, the mixed lengths of real alerts, with each number of
    /// threads.
    func run(ztfLengths: [Int] = [], threads: [Int] = [1, 2]) -> [Result] {
        var cases = Self.lengths.map { ("length-\($0)", Array(repeating: $0, count: max(1, tokens / $0))) }
        if !ztfLengths.isEmpty { cases.append(("ztf-lengths", ztfLengths)) }
        return cases.flatMap { name, lengths in
            threads.map { measure(name, lengths: lengths, threads: $0) }
        }
    }

    /// One case: light curves of the given lengths on a number of threads, every thread with all of them.
    func measure(_ name: String, lengths: [Int], threads: Int) -> Result {
        let records = lengths.enumerated().map { Self.record(points: $0.element, number: $0.offset) }
        let clock = ContinuousClock()
        var best = Duration.seconds(Int64.max / 2)
        for round in 0...rounds {
            let time = clock.measure {
                DispatchQueue.concurrentPerform(iterations: threads) { _ in
                    let workspace = InferenceWorkspace(model)
                    var first = 0
                    while first < records.count {
                        let end = min(records.count, first + Self.batch)
                        records[first..<end].withUnsafeBufferPointer {
                            _ = model.infer($0, workspace: workspace)
                        }
                        first = end
                    }
                }
            }
            // The first round warms the caches.
            if round > 0 { best = min(best, time) }
        }
        let seconds = Double(best.components.seconds) + Double(best.components.attoseconds) * 1e-18
        return Result(
            name: name,
            rate: Double(records.count * threads) / seconds,
            threads: threads,
            meanLength: Double(lengths.reduce(0, +)) / Double(max(1, lengths.count))
        )
    }

    /// A light curve of detections in two bands with a sawtooth of flux; its values do not change the work.
    private static func record(points: Int, number: Int) -> Record {
        let bands = [Band("g", wavelength: 480), Band("r", wavelength: 640)]
        let points = (0..<points).map { i in
            LightCurve.Point(
                mjd: 60_000 + Double(i) * 0.7,
                flux: 3000 + Float((i * 7919 + number) % 2000),
                fluxErr: 100,
                wavelength: bands[i % 2].wavelength,
                kind: .detection
            )
        }
        let alert = Alert(
            survey: SurveyName("bench"),
            alertId: Int64(number),
            objectId: "bench\(number)",
            ra: 0,
            dec: 0,
            mjd: points.last?.mjd ?? 60_000,
            timeScale: .utcStart,
            band: bands[0],
            detections: []
        )
        return Record(alert: alert, lightCurve: LightCurve(points: points))
    }
}
