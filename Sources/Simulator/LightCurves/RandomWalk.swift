/// A damped random walk in magnitudes (Kelly, Bechtold & Siemiginowska 2009): active nuclei and young stars.
///
/// The walk is a sum of cosines whose frequencies are drawn from the power spectrum of the walk, a Cauchy
/// distribution: random Fourier features (Rahimi & Recht 2007), so that any time can be asked for by itself.
struct RandomWalk: LightCurveModel {
    /// Mean magnitudes.
    var mean: PerBand
    /// Long-term standard deviation (magnitudes), by band.
    var deviation: PerBand
    private var frequencies: [Double]
    private var phases: [Double]
    private static let modes = 24

    init(mean: PerBand, deviation: PerBand, days: Double, seed: UInt64) {
        self.mean = mean
        self.deviation = deviation
        var random = RandomStream(seed, .mode)
        frequencies = []
        phases = []
        for mode in 0..<Self.modes {
            // Quantiles of the Cauchy distribution, one from each stretch, cut where no cadence can follow.
            let quantile = (Double(mode) + random.uniform()) / Double(Self.modes)
            let angle = Double.pi * (quantile - 0.5) * 0.999
            let turn = Portable.sineAndCosine(angle)
            frequencies.append(turn.sine / turn.cosine / days)
            phases.append(random.uniform(0, 2 * .pi))
        }
    }

    func flux(at mjd: Double, in band: Passband) -> Double {
        Photometric.flux(mean[band] + deviation[band] * walk(mjd))
    }

    func referenceFlux(in band: Passband) -> Double {
        Photometric.flux(mean[band])
    }

    /// The walk with standard deviation 1.
    func walk(_ mjd: Double) -> Double {
        let t = mjd - 58000
        var sum = 0.0
        for k in frequencies.indices {
            sum += Portable.cos(frequencies[k] * t + phases[k])
        }
        return sum * (2.0 / Double(Self.modes)).squareRoot()
    }
}
