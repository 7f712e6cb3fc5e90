/// A pulsating or rotating star: a Fourier series of its phase, the amplitude falling towards the red.
struct Pulsation: LightCurveModel {
    /// Mean magnitudes.
    var mean: PerBand
    /// Days.
    var period: Double
    /// Time of phase 0 (MJD).
    var epoch: Double
    /// Peak-to-peak amplitude in magnitudes, by band.
    var amplitude: PerBand
    /// Relative amplitudes of the harmonics, and their phases (radians).
    var harmonics: [Double]
    var phases: [Double]
    /// A second period: ratio to the first and share of its amplitude.
    var secondRatio: Double = 1
    var secondShare: Double = 0
    /// Share of the amplitude that comes and goes from one cycle to the next.
    var irregularity: Double = 0
    var seed: UInt64 = 0

    /// Amplitude of a hot pulsator in each band relative to V, from u to y.
    static let hotRatios = PerBand(1.25, 1.2, 0.88, 0.7, 0.64, 0.6)
    /// Of a red giant.
    static let coolRatios = PerBand(1.5, 1.3, 1.05, 0.75, 0.6, 0.5)
    /// Of a spotted star.
    static let spotRatios = PerBand(1.2, 1.1, 0.95, 0.8, 0.7, 0.65)

    func flux(at mjd: Double, in band: Passband) -> Double {
        let cycles = (mjd - epoch) / period
        var change = series(cycles)
        if secondShare > 0 {
            change = (1 - secondShare) * change + secondShare * Portable.sin(2 * .pi * cycles / secondRatio)
        }
        if irregularity > 0 {
            change *= 1 + irregularity * wander(cycles)
        }
        return Photometric.flux(mean[band] + 0.5 * amplitude[band] * change)
    }

    func referenceFlux(in band: Passband) -> Double {
        Photometric.flux(mean[band])
    }

    /// The series at a number of cycles, roughly between -1 and 1.
    private func series(_ cycles: Double) -> Double {
        let phase = 2 * Double.pi * (cycles - cycles.rounded(.down))
        var sum = 0.0
        for k in harmonics.indices {
            sum += harmonics[k] * Portable.cos(Double(k + 1) * phase + phases[k])
        }
        return sum
    }

    /// A smooth random change, between -1 and 1, over some cycles.
    private func wander(_ cycles: Double) -> Double {
        let slow = cycles / 3
        let cycle = slow.rounded(.down)
        let part = slow - cycle
        let smooth = part * part * (3 - 2 * part)
        return (1 - smooth) * level(cycle) + smooth * level(cycle + 1)
    }

    private func level(_ cycle: Double) -> Double {
        let bits = RandomStream.hash(seed, .mode, UInt64(bitPattern: Int64(cycle)))
        return Double(bits >> 11) * 0x1p-52 - 1
    }
}
