import DataSets
import Glibc
import Ground
import Sky
import Testing

@testable import Training

@Suite struct DrawTests {
    private func curve(isDifference: Bool, count: Int = 60, generator: inout SplitMix64) -> ObservedCurve {
        var points: [ObservedCurve.Point] = []
        var time = 58_000.0
        for number in 0..<count {
            time += generator.between(0, 4)
            let isLimit = isDifference && generator.chance(0.2)
            points.append(
                ObservedCurve.Point(
                    mjd: time,
                    flux: isLimit ? 20_000 : Float(generator.between(-10_000, 90_000)) + (isDifference ? 0 : 150_000),
                    error: isLimit || generator.chance(0.1) ? .nan : 900,
                    wavelength: number % 3 == 0 ? 480 : 640,
                    isLimit: isLimit
                )
            )
        }
        return ObservedCurve(points: points, isDifference: isDifference)
    }

    /// Whatever is drawn ends with the detection that made the alert, and stands in order of time.
    @Test func everyDrawnCurveIsOneThatAnAlertCouldShow() {
        var generator = SplitMix64(seed: 1)
        for trial in 0..<400 {
            let curve = curve(isDifference: trial % 2 == 0, count: 1 + trial % 70, generator: &generator)
            let isCut = trial % 3 > 0
            for points in [
                CurveDraw.own(curve, CurveDraw.Cut(truncated: isCut, alerts: trial % 2 == 0), &generator).points,
                CurveDraw.own(curve, CurveDraw.Cut(thinned: true), &generator).points,
                CurveDraw.history(curve, isCut: isCut, &generator),
            ] {
                guard curve.points.contains(where: { !$0.isLimit }) else {
                    #expect(points.isEmpty)
                    continue
                }
                #expect(points.last?.kind == .detection)
                #expect(zip(points, points.dropFirst()).allSatisfy { $0.mjd <= $1.mjd })
                let times = Set(curve.points.map(\.mjd))
                #expect(points.allSatisfy { times.contains($0.mjd) })
                #expect(points.allSatisfy { $0.kind == .upperLimit ? $0.flux.isNaN : $0.flux.isFinite })
                if curve.isDifference { #expect(points.allSatisfy { $0.totalFlux.isNaN }) }
            }
        }
    }

    @Test func whatIsEvaluatedKeepsItsFirstPointsHoweverLongItIs() {
        var generator = SplitMix64(seed: 2)
        let curve = curve(isDifference: false, count: 3000, generator: &generator)
        let whole = CurveDraw.own(curve, CurveDraw.Cut(bounded: false), &generator).points
        #expect(whole.count == curve.points.lastIndex { !$0.isLimit }.map { $0 + 1 })
        #expect(whole.first?.mjd == curve.points.first?.mjd)
        #expect(CurveDraw.own(curve, CurveDraw.Cut(), &generator).points.count == CurveDraw.mostPoints)
    }

    /// Something that appears, repeats fast, is as bright as is drawn, changes slowly.
    private static let rules: [DrawRule] = {
        var rules = [DrawRule](repeating: DrawRule(), count: 4)
        rules[0].isTransient = true
        rules[1].isFast = true
        rules[2].brightness = 16.3...19.6
        (rules[2].gap, rules[3].gap) = (25, 45)
        return rules
    }()

    @Test func aCurveOnAPacketsNightsHasItsTimesBandsAndLimits() throws {
        var generator = SplitMix64(seed: 2)
        var found = 0
        for trial in 0..<200 {
            let packet = curve(isDifference: true, count: 20, generator: &generator)
            let schedule = try #require(PacketSchedule(packet))
            let curve = curve(isDifference: trial % 2 == 0, generator: &generator)
            guard let points = CurveDraw.onSchedule(curve, schedule, Self.rules[trial % 4], &generator) else {
                continue
            }
            found += 1
            let visits = Set(schedule.visits.map(\.days))
            #expect(points.allSatisfy { visits.contains($0.mjd) && $0.mjd <= 0 })
            #expect(points.last?.kind == .detection)
            for point in points where point.kind == .detection { #expect(abs(point.flux) > 5 * point.fluxErr * 0.999) }
        }
        #expect(found > 100, "\(found)")
    }

    @Test func aShortHistoryIsNoSchedule() {
        var generator = SplitMix64(seed: 3)
        #expect(PacketSchedule(curve(isDifference: true, count: 5, generator: &generator)) == nil)
    }

    @Test func theSameGeneratorDrawsTheSameExample() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let (draw, pool) = try Self.draws(set, .finetuning)
        for seed in 0..<60 {
            var (first, second) = (SplitMix64(seed: UInt64(seed)), SplitMix64(seed: UInt64(seed)))
            let one = draw.example(of: pool.draw(&first), &first)
            let other = draw.example(of: pool.draw(&second), &second)
            #expect(one.object == other.object && one.fused == other.fused)
            #expect(one.record.lightCurve.points.map(\.mjd) == other.record.lightCurve.points.map(\.mjd))
            let values = one.record.metadata?.values.map(\.bitPattern)
            #expect(values == other.record.metadata?.values.map(\.bitPattern))
        }
    }

    /// Pre-training sees neither labelled alerts nor anything that derives from a light curve beside it.
    @Test func preTrainingSeesNoAlertAndNoFeatureOfALightCurve() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let (draw, pool) = try Self.draws(set, .pretraining)
        #expect(pool.objects.allSatisfy { !set.data.objects[$0].hasAlert } && !pool.objects.isEmpty)
        var generator = SplitMix64(seed: 5)
        for _ in 0..<200 {
            let example = draw.example(of: pool.draw(&generator), &generator)
            #expect(example.record.metadata?["age"].isNaN ?? true)
        }
    }

    /// What fine-tuning may not see pre-training sees.
    @Test func fineTuningSeesTheModalitiesOfTheRecipe() throws {
        let set = try TinyDataSet(spectra: true)
        defer { set.remove() }
        for purpose in [ExampleDraw.Purpose.pretraining, .finetuning] {
            let (draw, pool) = try Self.draws(set, purpose, modalities: .photometry)
            var generator = SplitMix64(seed: 6)
            let examples = (0..<100).map { _ in draw.example(of: pool.draw(&generator), &generator) }
            #expect(examples.contains { $0.record.metadata != nil } == (purpose == .pretraining))
            #expect(examples.contains { $0.record.spectrum != nil } == (purpose == .pretraining))
            #expect(examples.contains { !$0.record.lightCurve.points.isEmpty })
        }
    }

    private static let everything: ModalitySet = [.photometry, .spectrum, .metadata]

    private static func shown(_ example: Example) -> ModalitySet {
        var shown: ModalitySet = []
        if !example.record.lightCurve.points.isEmpty { shown.insert(.photometry) }
        if example.record.spectrum != nil { shown.insert(.spectrum) }
        if example.record.metadata != nil { shown.insert(.metadata) }
        return shown
    }

    private static func examples(
        _ set: TinyDataSet,
        _ purpose: ExampleDraw.Purpose,
        _ change: (inout Recipe.Examples) -> Void = { _ in }
    ) throws -> [Example] {
        let (draw, pool) = try draws(set, purpose, change)
        var generator = SplitMix64(seed: 7)
        return (0..<2000).map { _ in draw.example(of: pool.draw(&generator), &generator) }
    }

    @Test(arguments: [0, 0.4, 1])
    func aShareOfLooksIsToldFromOneModalityThatTheyShow(hidden: Double) throws {
        let set = try TinyDataSet(spectra: true)
        defer { set.remove() }
        let examples = try Self.examples(set, .finetuning) { $0.hiddenModalities = hidden }
        let single = examples.filter { $0.fused != Self.everything }
        let share = Double(single.count) / Double(examples.count)
        #expect(abs(share - hidden) < 0.05, "\(share)")
        #expect(single.allSatisfy { $0.fused.rawValue.nonzeroBitCount == 1 })
        #expect(examples.allSatisfy { !$0.fused.isDisjoint(with: Self.shown($0)) })
        #expect(single.allSatisfy { Self.shown($0).contains($0.fused) })
    }

    @Test func eachModalityIsAsLikelyToBeTheOne() throws {
        let set = try TinyDataSet(spectra: true)
        defer { set.remove() }
        let examples = try Self.examples(set, .finetuning) { $0.hiddenModalities = 1 }
        let complete = examples.filter { Self.shown($0) == Self.everything }
        #expect(complete.count > 300, "\(complete.count)")
        for modality in [ModalitySet.photometry, .spectrum, .metadata] {
            let share = complete.share { $0.fused == modality }
            #expect(abs(share - 1.0 / 3) < 0.1, "\(modality) \(share)")
        }
        let seen = try Self.examples(set, .pretraining) { $0.hiddenModalities = 1 }
        #expect(seen.allSatisfy { $0.fused == Self.everything })
    }

    /// In fine-tuning; what has nothing else always shows it.
    @Test func halfOfTheLooksAtALightCurveShowNoSpectrum() throws {
        let set = try TinyDataSet(spectra: true, bare: [2, 3])
        defer { set.remove() }
        let owners = Set(set.data.spectra.map(\.object))
        for (purpose, expected) in [(ExampleDraw.Purpose.finetuning, 0.5), (ExampleDraw.Purpose.pretraining, 1.0)] {
            let examples = try Self.examples(set, purpose)
            let beside = examples.filter { owners.contains($0.object) && !$0.record.lightCurve.points.isEmpty }
            let share = beside.share { $0.record.spectrum != nil }
            #expect(abs(share - expected) < 0.06, "\(share)")
            let bare = examples.filter { $0.record.lightCurve.points.isEmpty }
            #expect(bare.isEmpty == (purpose == .pretraining))
            #expect(bare.allSatisfy { $0.record.spectrum != nil })
        }
    }

    @Test func aShareOfLooksShowsTheConstantsAlone() throws {
        let set = try TinyDataSet(spectra: true)
        defer { set.remove() }
        for purpose in [ExampleDraw.Purpose.pretraining, .finetuning, .evaluation] {
            let examples = try Self.examples(set, purpose) { $0.constantsOnly = 0.3 }
            let share = examples.share { $0.constantsOnly }
            let expected = purpose == .evaluation ? 0 : 0.3
            #expect(abs(share - expected) < 0.05, "\(purpose) \(share)")
        }
    }

    /// With its group in one of ten looks, and alone in half of the largest share.
    @Test(arguments: [0, 0.6, 1])
    func aFeatureIsHiddenInItsShareOfLooks(largest: Double) throws {
        let set = try TinyDataSet(spectra: true)
        defer { set.remove() }
        for purpose in [ExampleDraw.Purpose.pretraining, .finetuning, .evaluation] {
            let examples = try Self.examples(set, purpose) { $0.hiddenFeatures = largest }
            let share = examples.share { $0.record.metadata?["gal_b_abs"].isFinite ?? false }
            let expected = purpose == .evaluation ? 1 : 0.9 * (1 - largest / 2)
            #expect(abs(share - expected) < 0.05, "\(purpose) \(share)")
        }
    }

    /// A fold's alerts are neither drawn nor donors nor schedules, and no other split's objects are.
    @Test func aFoldAndTheOtherSplitsStayOutside() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        for fold in 0..<2 {
            let (_, pool) = try Self.draws(set, .finetuning, fold: fold)
            let chosen = Set(pool.objects + pool.alerts + pool.schedules).map { set.data.objects[$0] }
            #expect(chosen.allSatisfy { $0.split == .train && $0.fold != fold })
            #expect(chosen.contains { $0.fold == 1 - fold } && chosen.contains { $0.fold == nil })
        }
    }

    static func draws(
        _ set: TinyDataSet,
        _ purpose: ExampleDraw.Purpose,
        fold: Int? = nil,
        modalities: ModalitySet = [.photometry, .spectrum, .metadata],
        _ change: (inout Recipe.Examples) -> Void = { _ in }
    ) throws -> (ExampleDraw, ExamplePool) {
        var recipe = try set.recipe()
        recipe.examples.modalities = modalities
        change(&recipe.examples)
        let tree = try TaxonomyFile.read(recipe.taxonomy)
        let labels = TrainingLabels(tree.taxonomy)
        let objects = try ObjectData(set.data)
        let pool = ExamplePool(objects, labels: labels, recipe.examples, purpose, fold: fold)
        return (
            ExampleDraw(objects, labels: labels, rules: tree.draws, recipe.examples, purpose, pool: pool), pool
        )
    }

    /// A lensed star as catalogues of events keep it: most points in the rise and fall, few before and after.
    @Test func whatBrightensOnceIsNoChangeDownwards() {
        var generator = SplitMix64(seed: 5)
        let points = (0..<60).map { number in
            let days = Double(number) - 30
            let flux = 100_000 * (1 + 4 * exp(-days * days / 300)) + 300 * generator.normal()
            return ObservedCurve.Point(
                mjd: 58_000 + days,
                flux: Float(flux),
                error: 500,
                wavelength: 800,
                isLimit: false
            )
        }
        func share(_ isEvent: Bool) -> Double {
            let curve = ObservedCurve(points: points, isDifference: false, isEvent: isEvent)
            var (negative, all) = (0, 0)
            for _ in 0..<200 {
                for point in CurveDraw.seen(points, of: curve, &generator) where abs(point.flux) > 5 * point.fluxErr {
                    all += 1
                    if point.flux < 0 { negative += 1 }
                }
            }
            return Double(negative) / Double(all)
        }
        #expect(share(true) < 0.12 && share(false) > 0.3, "\(share(true)) \(share(false))")
    }

    @Test func theTotalsThatAPacketTellsAreTheModels() {
        var generator = SplitMix64(seed: 6)
        var points = curve(isDifference: true, count: 20, generator: &generator).points
        for place in points.indices where !points[place].isLimit && place % 2 == 0 {
            (points[place].total, points[place].totalError) = (points[place].flux + 250_000, 1234)
        }
        let seen = CurveDraw.seen(points, of: ObservedCurve(points: points, isDifference: true), &generator)
        for (point, found) in zip(points, seen) {
            #expect(found.totalFlux == point.total || found.totalFlux.isNaN && point.total.isNaN)
            #expect(found.totalFluxErr == point.totalError || found.totalFluxErr.isNaN && point.totalError.isNaN)
        }
    }
}
