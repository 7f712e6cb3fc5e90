import SimulationSupport
import Sky
import Testing

@testable import Simulator

@Suite struct CatalogueTests {
    private let maker = SourceMaker(seed: 5, brightest: 14, faintest: 19, declinations: -30...85)

    private func feature(_ metadata: Metadata, _ name: String) -> Float {
        metadata[name]
    }

    private func rows(_ sourceClass: SourceClass) -> [Metadata] {
        (0..<60).compactMap { number in
            MetadataSynthesis.metadata(maker.source(sourceClass, number: UInt64(number), night: 61_000))
        }
    }

    private func median(_ values: [Float]) -> Float {
        let sorted = values.filter { !$0.isNaN }.sorted()
        return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
    }

    @Test func featuresAreConsistent() {
        for sourceClass in SourceClass.allCases where sourceClass.life == .persistent {
            let rows = rows(sourceClass)
            #expect(rows.count > 30)
            for row in rows {
                #expect(row.values.count == 34)
                let blue = feature(row, "phot_bp_mean_mag")
                let red = feature(row, "phot_rp_mean_mag")
                #expect((blue - red - feature(row, "bp_rp")).magnitude < 1e-3)
                let ratio = feature(row, "parallax") / feature(row, "parallax_error")
                #expect((ratio - feature(row, "parallax_over_error")).magnitude < 1e-2 * max(1, ratio.magnitude))
                let j = feature(row, "j_mag")
                let k = feature(row, "k_mag")
                if !j.isNaN, !k.isNaN { #expect((j - k - feature(row, "j_k")).magnitude < 1e-3) }
                #expect((0...360).contains(feature(row, "l")) && (-90...90).contains(feature(row, "b")))
                for name in row.names where name.hasPrefix("e_") || name.hasSuffix("parallax_error") {
                    let error = feature(row, name)
                    #expect(error.isNaN || error > 0, "\(name)")
                }
            }
        }
    }

    @Test func classesLookLikeThemselves() {
        let miras = rows(.mira)
        let pulsators = rows(.rrLyraeAB)
        let nuclei = rows(.activeNucleus)
        #expect(median(miras.map { feature($0, "bp_rp") }) > 2)
        #expect((0.0...1.2).contains(median(pulsators.map { feature($0, "bp_rp") })))
        #expect(median(nuclei.map { feature($0, "w1_w2") }) > 0.6)
        #expect(median(pulsators.map { feature($0, "w1_w2") }).magnitude < 0.3)
        #expect(median(nuclei.map { feature($0, "parallax_over_error").magnitude }) < 3)
        // Faint stars lack what the infrared surveys cannot see.
        let present = pulsators.map { row in row.values.count { !$0.isNaN } }
        #expect(present.contains { $0 < 34 } && present.contains { $0 > 25 })
    }

    @Test(arguments: SourceClass.allCases.filter { $0.life == .persistent || $0.life == .transient })
    func spectraAreOnTheGridAndFinite(_ sourceClass: SourceClass) {
        for number in 0..<5 as Range<UInt64> {
            let source = maker.source(sourceClass, number: number, night: 61_000)
            let spectrum = SpectrumSynthesis.spectrum(source, mjd: 61_020)
            #expect(spectrum.wavelength.count == 2575 && spectrum.wavelength.first == 3850)
            #expect(spectrum.wavelength.last == 8998)
            #expect(spectrum.flux.allSatisfy(\.isFinite) && spectrum.uncertainty.allSatisfy { $0 > 0 && $0.isFinite })
        }
    }

    @Test func silicaMarksTypeIa() {
        // Mean flux near the minimum of Si II 6355 against its shoulders, in the rest frame.
        for number in 0..<20 as Range<UInt64> {
            let source = maker.source(.supernovaIa, number: number, night: 61_000)
            let spectrum = SpectrumSynthesis.spectrum(source, mjd: 61_018)
            func mean(_ low: Double, _ high: Double) -> Float {
                let values = zip(spectrum.wavelength, spectrum.flux).filter {
                    (low...high).contains(Double($0.0) / (1 + source.redshift))
                }.map(\.1)
                return values.reduce(0, +) / Float(values.count)
            }
            #expect(mean(6080, 6160) < 0.85 * mean(6450, 6550))
        }
    }

    @Test func catalogueAndArrivalsCarryRows() throws {
        var settings = Simulations.settings()
        settings.objects = 150
        settings.transientsPerNight = 3
        settings.asteroids = 0
        settings.artefactsPerNight = 0
        var simulation = try SkySimulation(seed: 4, settings: settings)
        let catalogue = Array(simulation.catalogue())
        let share = Double(catalogue.count { $0.metadata != nil }) / Double(catalogue.count)
        #expect((0.6...1).contains(share))
        #expect((0.2...0.5).contains(Double(catalogue.count { $0.spectrum != nil }) / Double(catalogue.count)))
        #expect(Set(catalogue.map(\.objectId)).count == catalogue.count)
        #expect(catalogue.allSatisfy { $0.mjd < Double(simulation.settings.firstNight) })
        #expect(catalogue.allSatisfy { $0.metadata != nil || $0.spectrum != nil })

        var alerts: Set<String> = []
        var late: [CatalogueEntry] = []
        for _ in 0..<25 {
            simulation.nextNight()
            let night = simulation.night
            late += simulation.takeArrivals()
            while simulation.night == night, let alert = simulation.next() { alerts.insert(alert.objectId) }
        }
        #expect(late.count > 10 && late.contains { $0.spectrum != nil })
        #expect(Set(late.map(\.objectId)).isDisjoint(with: catalogue.map(\.objectId)))
        #expect(simulation.takeArrivals().allSatisfy { $0.mjd < Double(simulation.night + 1) })
        let known = late.count { alerts.contains($0.objectId) }
        #expect(Double(known) > 0.8 * Double(late.count))
    }

    @Test func referenceRecordsAreWhatABrokerWouldAssemble() {
        let records = SkySimulation.referenceRecords(seed: 9, count: 210)
        #expect(records.count == 210)
        #expect(Set(records.map(\.label)).count == 21)
        #expect(Set(records.map(\.object)).count == 210)
        for (_, label, record) in records {
            let points = record.lightCurve.points
            #expect((1...200).contains(points.count))
            #expect(zip(points, points.dropFirst()).allSatisfy { $0.mjd <= $1.mjd })
            #expect(points.last?.mjd == record.alert.mjd && points.last?.kind == .detection)
            #expect(record.spectrum?.flux.count == 2575)
            #expect(SourceClass(rawValue: label) != nil)
        }
        let lengths = records.map { $0.record.lightCurve.points.count }
        #expect((lengths.min() ?? 99) < 10 && (lengths.max() ?? 0) > 100)
        let again = SkySimulation.referenceRecords(seed: 9, count: 30)
        for (first, second) in zip(records, again) {
            // As texts: what is not known is NaN, which equals nothing.
            #expect(first.object == second.object)
            #expect("\(first.record.alert)" == "\(second.record.alert)")
            #expect(first.record.spectrum == second.record.spectrum)
        }
    }
}
