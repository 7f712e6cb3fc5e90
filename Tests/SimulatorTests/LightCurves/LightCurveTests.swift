import Testing

@testable import Simulator

@Suite struct LightCurveTests {
    private let maker = SourceMaker(seed: 3, brightest: 14, faintest: 20, declinations: -30...85)

    private func sources(_ sourceClass: SourceClass, _ count: Int = 25) -> [SimulatedSource] {
        (0..<count).map { maker.source(sourceClass, number: UInt64($0), night: 61_000) }
    }

    private func magnitudes(_ source: SimulatedSource, _ band: Passband, _ times: [Double]) -> [Double] {
        times.map { Photometric.magnitude(source.light.flux(at: $0, in: band)) }
    }

    private func range(_ values: [Double]) -> Double { (values.max() ?? 0) - (values.min() ?? 0) }

    @Test(arguments: SourceClass.allCases.filter { $0.life == .persistent || $0.life == .transient })
    func fluxesAreFiniteAndNeverNegative(_ sourceClass: SourceClass) {
        for source in sources(sourceClass, 10) {
            for step in 0..<300 {
                for band in Passband.allCases {
                    let flux = source.light.flux(at: 60_950 + Double(step) * 1.37, in: band)
                    #expect(flux.isFinite && flux >= 0)
                    #expect(source.light.referenceFlux(in: band).isFinite)
                }
            }
        }
    }

    @Test(arguments: [
        (SourceClass.rrLyraeAB, 0.2, 2.0), (.rrLyraeC, 0.2, 0.9), (.highAmplitudeDeltaScuti, 0.2, 1.3),
        (.deltaScuti, 0.03, 0.4), (.mira, 1.5, 8), (.eclipsingDetached, 0.2, 1.9), (.eclipsingContact, 0.1, 0.8),
    ])
    func periodicStarsKeepToTheirAmplitudes(_ sourceClass: SourceClass, _ low: Double, _ high: Double) {
        let times = (0..<3000).map { 61_000 + Double($0) * 0.3717 }
        for source in sources(sourceClass) {
            let amplitude = range(magnitudes(source, .g, times))
            #expect(amplitude > low && amplitude < high, "\(sourceClass.rawValue): \(amplitude)")
        }
    }

    @Test func pulsatorsRepeatAndVaryLessInTheRed() throws {
        for source in sources(.rrLyraeC) {
            let light = try #require(source.light as? Pulsation)
            let times = (0..<50).map { 61_000 + Double($0) * 0.0123 }
            let first = magnitudes(source, .r, times)
            let later = magnitudes(source, .r, times.map { $0 + 200 * light.period })
            #expect(zip(first, later).allSatisfy { ($0 - $1).magnitude < 1e-6 })
            #expect(range(magnitudes(source, .g, times)) > range(magnitudes(source, .i, times)))
        }
    }

    @Test func explosionsPeakWhereTheirClassDoes() throws {
        for source in sources(.supernovaIa) {
            let light = try #require(source.light as? ThermalTransient)
            #expect(light.flux(at: light.explosion - 1, in: .r) == 0)
            let days = (0..<200).map { light.explosion + Double($0) }
            let fluxes = days.map { light.flux(at: $0, in: .r) }
            let peak = try #require(fluxes.indices.max { fluxes[$0] < fluxes[$1] })
            let age = Double(peak) / (1 + light.redshift)
            #expect((12...28).contains(age), "\(age) days")
            let modulus = light.peakMagnitude - 5 * Portable.log10(light.redshift * 299_792 / 70) - 25
            #expect((-20.5 ... -18).contains(modulus), "absolute magnitude \(modulus)")
            #expect(fluxes[min(199, peak + 60)] < 0.35 * fluxes[peak])
        }
        let plateau = sources(.supernovaII).compactMap { $0.light as? ThermalTransient }
        for light in plateau {
            #expect(light.luminosity(light.rise + 40) > 0.4 && light.luminosity(light.rise + 200) < 0.1)
        }
    }

    @Test func disruptionsStayBlueAndSupernovaeTurnRed() throws {
        func colour(_ source: SimulatedSource, _ age: Double) throws -> Double {
            let light = try #require(source.light as? ThermalTransient)
            let t = light.explosion + age * (1 + light.redshift)
            let values = magnitudes(source, .g, [t]) + magnitudes(source, .r, [t])
            return values[0] - values[1]
        }
        for source in sources(.tidalDisruption) { #expect(try colour(source, 80) < 0) }
        for source in sources(.supernovaIa) { #expect(try colour(source, 50) > 0.5) }
    }

    @Test func randomWalksHaveTheirLongTermDeviation() throws {
        var sum = 0.0
        var count = 0.0
        var short = 0.0
        for seed in 0..<60 as Range<UInt64> {
            let walk = RandomWalk(mean: PerBand(repeating: 18), deviation: PerBand(repeating: 1), days: 100, seed: seed)
            for step in 0..<60 {
                let t = 50_000 + 300 * Double(step)
                let value = walk.walk(t)
                sum += value * value
                count += 1
                short += (walk.walk(t + 1) - value) * (walk.walk(t + 1) - value)
            }
        }
        #expect((sum / count - 1).magnitude < 0.1)
        // Structure function of the walk: 2 (1 - exp(-1 / 100)), the fastest modes cut.
        let structure = short / count / (2 * (1 - Portable.exp(-0.01)))
        #expect((0.4...1.4).contains(structure))
    }

    @Test func outburstsComeAndGo() throws {
        for source in sources(.cataclysmic, 10) {
            let light = try #require(source.light as? Outbursts)
            let times = (0..<4000).map { 61_000 + Double($0) * 0.5 }
            let brightening = magnitudes(source, .g, times).map { light.quiet[.g] - $0 }
            #expect((brightening.max() ?? 0) > 0.6 * light.amplitude)
            #expect(brightening.count { $0 < 0.3 } > brightening.count { $0 > 1 })
        }
    }

    @Test func lensesBrightenAllBandsAlikeAndSymmetrically() throws {
        for source in sources(.microlensing) {
            let light = try #require(source.light as? Lens)
            let gain = Passband.allCases.map {
                light.flux(at: light.peak, in: $0) / light.referenceFlux(in: $0)
            }
            #expect(range(gain) < 1e-9 && gain[0] > 1.2)
            let before = light.flux(at: light.peak - 7, in: .r)
            #expect((before / light.flux(at: light.peak + 7, in: .r) - 1).magnitude < 1e-9)
        }
    }
}
