import Glibc
import Ground
import Sky
import Testing

@testable import AstroM3
@testable import Training

/// What a packet would have said of the surroundings: lent, varied and hidden.
@Suite struct ContextDrawTests {
    /// Of a source of magnitude 19, known for 800 days to a survey of 1,000; `colour` is of no group.
    private static let known: KeyValuePairs<String, Float> = [
        "gal_b_abs": 45, "ref_distance": 0.4, "ref_mag": 19, "alert_minus_ref": 7, "flux_ratio": 7, "age": 800,
        "detection_count": 200, "coverage_count": 500, "ps_distance": 9, "ps_score": 0.95, "ps_g_mag": 20,
        "gaia_mag": 18.5, "phot_g_mean_mag": 18.5, "gaia_bright_mag": 12, "real_bogus": 0.9, "colour": 0.7,
    ]
    private static let names = known.map { $0.key }

    private static var curve: ContextDraw.Curve {
        ContextDraw.Curve(magnitude: 18, reference: nil, age: 20, detections: 6)
    }

    private static func row(_ changes: [String: Float] = [:]) -> [Float] {
        known.map { changes[$0.key] ?? $0.value }
    }

    private static func packet(_ changes: [String: Float] = [:]) -> ContextDraw.Packet {
        ContextDraw.Packet(row: row(changes), alert: 59_178)
    }

    private static func context(_ donors: [String: [ContextDraw.Packet]] = [:]) -> ContextDraw {
        ContextDraw(names: names, donors: donors)
    }

    private static func drawn(_ draw: (inout SplitMix64) -> [Float]?) -> [[Float]] {
        var generator = SplitMix64(seed: 1)
        return (0..<2000).compactMap { _ in draw(&generator) }
    }

    /// What a donor of one class lends.
    private static func lent(
        _ donor: ContextDraw.Packet,
        _ rule: DrawRule,
        own: [Float]? = nil,
        reference: Double? = nil
    ) -> [[Float]] {
        let context = context(["AGN": [donor]])
        var curve = curve
        curve.reference = reference
        let rows = drawn { context.donated(to: "AGN", rule, own: own, curve, &$0) }
        #expect(rows.count == 2000)
        return rows
    }

    private static func values(_ rows: [[Float]], _ name: String) -> [Float] {
        rows.map { Metadata(names: names, values: $0)[name] }
    }

    private static func mean(_ values: [Float]) -> Double {
        values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
    }

    private static func deviation(_ values: [Float]) -> Double {
        let mean = mean(values)
        return (values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(values.count))
            .squareRoot()
    }

    private static func share(_ values: [Float], _ holds: (Float) -> Bool) -> Double {
        Double(values.count(where: holds)) / Double(values.count)
    }

    private static func isEqual(_ one: [Float], _ other: [Float]) -> Bool {
        one.map(\.bitPattern) == other.map(\.bitPattern)
    }

    // MARK: What there is

    /// Features of the packet that no group hides on purpose: none.
    private static let ungrouped: Set<String> = []

    @Test func whatAPacketTellsIsHiddenWithWhatItGoesMissingWith() {
        let grouped = ContextDraw.groups.flatMap { $0.names }
        let missing = Set(ContextFeatures.all.keys).subtracting(grouped).subtracting(Self.ungrouped)
        #expect(missing.isEmpty, "give them a place in ContextDraw.groups: \(missing.sorted())")
        #expect(Set(grouped).count == grouped.count)
    }

    /// A bright star beside is another source.
    @Test func theMagnitudesOfTheSourceAreThoseThatShift() {
        let named = ContextDraw.groups.flatMap { $0.names }.filter { $0.hasSuffix("_mag") }
        #expect(Set(named).subtracting(["gaia_bright_mag"]) == Set(ContextDraw.magnitudes))
    }

    // MARK: Lent

    @Test func aPacketSpeaksForItsClassAndForThoseThatTheRuleNames() {
        let donors = [
            "AGN": [Self.packet(["colour": 0.1])],
            "EB": [Self.packet(["colour": 0.5]), Self.packet(["colour": 0.6])],
        ]
        let context = Self.context(donors)
        var rule = DrawRule()
        #expect(context.hasDonor("AGN", rule) && !context.hasDonor("SN-Ia", rule))
        let none = Self.drawn { context.donated(to: "SN-Ia", rule, own: nil, Self.curve, &$0) }
        #expect(none.isEmpty)
        let own = Self.drawn { context.donated(to: "AGN", rule, own: nil, Self.curve, &$0) }
        #expect(Set(Self.values(own, "colour")) == [0.1])
        rule.context = ["EB"]
        #expect(context.hasDonor("SN-Ia", rule))
        let others = Self.drawn { context.donated(to: "SN-Ia", rule, own: nil, Self.curve, &$0) }
        #expect(Set(Self.values(others, "colour")) == [0.5, 0.6])
    }

    @Test func anObjectsOwnNumbersWinOverTheDonors() {
        let own: [String: Float] = [
            "age": 12.5, "detection_count": 3, "coverage_count": 77, "real_bogus": 0.25, "colour": -1, "ps_g_mag": 14,
        ]
        let rows = Self.lent(Self.packet(), DrawRule(), own: Self.names.map { own[$0] ?? .nan })
        for name in ["age", "detection_count", "coverage_count", "real_bogus", "colour"] {
            #expect(Set(Self.values(rows, name)) == [own[name] ?? .nan], "\(name)")
        }
        #expect(abs(Self.mean(Self.values(rows, "ps_g_mag")) - 14) < 0.05)
        #expect(Set(Self.values(rows, "gaia_bright_mag")) == [12])
        #expect(Set(Self.values(rows, "ps_score")) == [0.95])
    }

    /// By the difference of the reference magnitudes; so does a star that breaks out, and no host of a supernova.
    @Test func whatLastsIsShiftedToItsOwnBrightness() {
        let cases: [(isTransient: Bool, place: DrawRule.Place, reference: Double?, shift: Double)] = [
            (false, .anywhere, 16, -3), (false, .nucleus, 16, -3), (true, .star, 16, -3), (true, .anywhere, 16, 0),
            (false, .anywhere, nil, 0),
        ]
        for (isTransient, place, reference, shift) in cases {
            var rule = DrawRule()
            (rule.isTransient, rule.place) = (isTransient, place)
            let rows = Self.lent(Self.packet(), rule, reference: reference)
            for (name, magnitude) in [("ref_mag", 19.0), ("ps_g_mag", 20.0), ("gaia_mag", 18.5)] {
                let values = Self.values(rows, name)
                #expect(abs(Self.mean(values) - magnitude - shift) < 0.03, "\(name) \(Self.mean(values))")
                #expect(Self.deviation(values) < 0.15, "\(name)")
            }
            #expect(Set(Self.values(rows, "gaia_bright_mag")) == [12])
            #expect(Self.values(rows, "phot_g_mean_mag") == Self.values(rows, "gaia_mag"))
            // What follows from the magnitudes is as they are in the end.
            let differences = zip(Self.values(rows, "alert_minus_ref"), Self.values(rows, "ref_mag"))
            #expect(differences.allSatisfy { abs($0 - (18 - $1)) < 1e-4 })
        }
    }

    @Test func theSourceOfANucleusIsAtThePlace() {
        let donor = Self.packet(["ref_distance": 6])
        var rule = DrawRule()
        #expect(Self.mean(Self.values(Self.lent(donor, rule), "ref_distance")) > 5)
        rule.place = .nucleus
        let rows = Self.lent(donor, rule)
        for name in ["ref_distance", "ps_distance"] {
            let distances = Self.values(rows, name)
            // A Rayleigh distribution of scale 0.25 has the mean 0.313.
            #expect(abs(Self.mean(distances) - 0.313) < 0.03, "\(name) \(Self.mean(distances))")
            #expect(distances.allSatisfy { $0 >= 0 && $0 < 3 }, "\(name)")
        }
        let scores = Self.values(rows, "ps_score")
        #expect(scores.allSatisfy { (0...1).contains($0) })
        let galaxies = Self.share(scores) { $0 < 0.3 }
        #expect(abs(galaxies - 0.8) < 0.05, "\(galaxies)")
    }

    @Test func aTransientIsKnownAsLongAsItsLightCurve() {
        var rule = DrawRule()
        rule.isTransient = true
        let rows = Self.lent(Self.packet(), rule)
        let ages = Self.values(rows, "age")
        let own = Self.share(ages) { $0 == 20 }
        #expect(abs(own - 0.95) < 0.03, "\(own)")
        #expect(ages.allSatisfy { $0 == 20 || (100...2000).contains($0) })
        #expect(Set(Self.values(rows, "detection_count")) == [6])
        // An outburst of a star is one of many.
        rule.place = .star
        let outbursts = Self.lent(Self.packet(), rule)
        let days = Self.values(outbursts, "age")
        #expect(days.allSatisfy { (0...120).contains($0) } && days.contains { $0 < 10 } && days.contains { $0 > 110 })
        let counts = Self.values(outbursts, "detection_count")
        #expect(counts.allSatisfy { (6...59).contains($0) } && counts.contains { $0 > 50 })
    }

    @Test func latitudesAreAsWideAsTheRuleSays() {
        var rule = DrawRule()
        rule.latitude = 10
        let rows = Self.lent(Self.packet(["gal_b_abs": 80]), rule)
        let latitudes = Self.values(rows, "gal_b_abs")
        #expect(latitudes.allSatisfy { (0...90).contains($0) })
        // Of a normal distribution of 10 degrees, and of the 5 that are added.
        let within = Self.share(latitudes) { $0 < 11.2 }
        #expect(abs(within - 0.68) < 0.05, "\(within)")
    }

    // MARK: Varied

    @Test func anEarlierDetectionAsTheAlertIsYoungerAndOneOfFewer() {
        let context = Self.context()
        let packet = Self.packet(["age": 40, "detection_count": 20])
        #expect(packet.surveyAge == 1000)
        #expect(ContextDraw.Packet(row: [], alert: 58_180).surveyAge == 30)
        var rule = DrawRule()
        rule.isTransient = true
        let cases: [(earlier: Double, dropped: Int, age: Float, count: Float)] = [
            (0, 0, 40, 20), (10, 4, 30, 16), (60, 30, 0, 1),
        ]
        for (earlier, dropped, age, count) in cases {
            let rows = Self.drawn {
                context.varied(packet, rule, Self.curve, earlier: earlier, dropped: dropped, &$0)
            }
            #expect(Set(Self.values(rows, "age")) == [age])
            #expect(Set(Self.values(rows, "detection_count")) == [count])
            // The others are of a survey of another age.
            let same = Self.share(Self.values(rows, "coverage_count")) { $0 == 500 }
            #expect(abs(same - 0.4) < 0.05, "\(same)")
            let magnitudes = Self.values(rows, "ref_mag")
            #expect(abs(Self.deviation(magnitudes) - 0.1) < 0.02)
            let differences = zip(Self.values(rows, "alert_minus_ref"), magnitudes)
            #expect(differences.allSatisfy { abs($0 - (18 - $1)) < 1e-4 })
        }
    }

    private static func inAnotherSurvey(
        _ row: [Float],
        _ rule: DrawRule,
        age: Double? = nil,
        detections: Int? = nil
    ) -> [[Float]] {
        let context = context()
        return drawn { generator in
            var changed = row
            context.changeSurvey(&changed, rule, age: age, detections: detections, surveyAge: 1000, &generator)
            return changed
        }
    }

    @Test func aYoungerSurveyKnowsALastingSourceLessLongAndLessOften() {
        let rows = Self.inAnotherSurvey(Self.row(), DrawRule())
        let ages = Self.values(rows, "age")
        // Surveys are 60 to 2,400 days old, and saw it in their first fifth.
        #expect(ages.allSatisfy { (48...800).contains($0) })
        #expect(ages.contains { $0 < 200 } && ages.contains(800))
        let counts = Self.values(rows, "detection_count")
        // As often a day: 200 detections in 800 days.
        #expect(zip(ages, counts).allSatisfy { abs($1 - $0 / 4) < 0.501 })
        let coverage = Self.values(rows, "coverage_count")
        #expect(zip(counts, coverage).allSatisfy { $0 <= $1 && $1 <= 1200 })
        #expect(coverage.contains { $0 < 200 } && coverage.contains { $0 > 1000 })
    }

    @Test func aTransientIsDetectedAsOftenInAnySurvey() {
        var rule = DrawRule()
        rule.isTransient = true
        let rows = Self.inAnotherSurvey(Self.row(), rule)
        let ages = Self.values(rows, "age")
        #expect(ages.allSatisfy { (60...800).contains($0) } && ages.contains { $0 < 200 })
        #expect(Set(Self.values(rows, "detection_count")) == [200])
        let told = Self.inAnotherSurvey(Self.row(), rule, age: 7.25, detections: 3)
        #expect(Set(Self.values(told, "age")) == [7.25])
        #expect(Set(Self.values(told, "detection_count")) == [3])
        #expect(Set(Self.values(told, "coverage_count")).count > 100)
    }

    @Test func withoutAgeOrCountASurveyHasNoAge() {
        for name in ["age", "detection_count"] {
            let row = Self.row([name: .nan])
            #expect(Self.inAnotherSurvey(row, DrawRule(), age: 7, detections: 3).allSatisfy { Self.isEqual($0, row) })
        }
    }

    private static func jittered(_ row: [Float]) -> [[Float]] {
        let context = context()
        return drawn { generator in
            var changed = row
            context.jitter(&changed, &generator)
            return changed
        }
    }

    @Test func whatIsMeasuredIsNeverTwiceTheSame() {
        let rows = Self.jittered(Self.row())
        for (name, magnitude) in [("ref_mag", 19.0), ("ps_g_mag", 20.0), ("gaia_mag", 18.5)] {
            let values = Self.values(rows, name)
            #expect(abs(Self.mean(values) - magnitude) < 0.015, "\(name) \(Self.mean(values))")
            #expect(abs(Self.deviation(values) - 0.1) < 0.015, "\(name) \(Self.deviation(values))")
        }
        #expect(Self.values(rows, "phot_g_mean_mag") == Self.values(rows, "gaia_mag"))
        let distances = Self.values(rows, "ref_distance").map { Float(log(Double($0) / 0.4)) }
        #expect(abs(Self.mean(distances)) < 0.03 && abs(Self.deviation(distances) - 0.2) < 0.02)
        let latitudes = Self.values(rows, "gal_b_abs")
        #expect(abs(Self.mean(latitudes) - 45) < 0.8 && abs(Self.deviation(latitudes) - 5) < 0.5)
        for name in ["age", "detection_count", "coverage_count", "ps_distance", "gaia_bright_mag", "colour"] {
            #expect(Set(Self.values(rows, name)).count == 1, "\(name)")
        }
    }

    @Test func whatIsNotThereIsNotMeasuredAndNoLatitudeLeavesTheSky() {
        let missing = ["ref_mag": Float.nan, "ref_distance": Metadata.none, "phot_g_mean_mag": Metadata.none]
        let rows = Self.jittered(Self.row(missing.merging(["gal_b_abs": 89]) { $1 }))
        #expect(Self.values(rows, "ref_mag").allSatisfy { $0.isNaN })
        #expect(Set(Self.values(rows, "ref_distance")) == [Metadata.none])
        #expect(Set(Self.values(rows, "phot_g_mean_mag")) == [Metadata.none])
        let latitudes = Self.values(rows, "gal_b_abs")
        #expect(latitudes.allSatisfy { (0...90).contains($0) } && latitudes.contains(90))
        let low = Self.values(Self.jittered(Self.row(["gal_b_abs": 1])), "gal_b_abs")
        #expect(low.allSatisfy { $0 >= 0 } && Set(low).count > 1000)
    }

    /// Within the radius, at it and beyond.
    @Test(arguments: [Float(0.3), 1.5, 4])
    func whatFollowsIsWhatThePacketItselfWouldSay(distance: Float) {
        let band = Band("g", wavelength: 474.6)
        let flux = ABMagnitude.flux(of: 18)
        var alert = Alert(
            survey: SurveyName("ztf"),
            alertId: 1,
            objectId: "ZTF25aaa",
            ra: 1,
            dec: 2,
            mjd: 60_000,
            timeScale: .utcStart,
            band: band,
            detections: [PhotometricPoint.detection(id: 1, mjd: 60_000, band: band, flux: flux, fluxErr: 2)]
        )
        alert.context.referenceSource = AlertContext.ReferenceSource(distance: distance, magnitude: 19)
        var row = Self.row(["ref_distance": distance])
        Self.context().derive(&row, magnitude: 18)
        for name in ["alert_minus_ref", "flux_ratio"] {
            let told = ContextFeatures.all[name].map { $0(alert) } ?? .nan
            let derived = Self.values([row], name)[0]
            #expect(derived == told || abs(derived - told) < 1e-4, "\(name) \(derived) \(told)")
        }
        #expect(Self.values([row], "flux_ratio")[0].isFinite == (distance < AlertContext.ownRadius))
    }

    @Test func withoutAReferenceSourceNothingFollows() {
        for name in ["ref_mag", "ref_distance"] {
            let row = Self.row([name: .nan])
            var derived = row
            Self.context().derive(&derived, magnitude: 18)
            #expect(Self.isEqual(derived, row))
        }
    }

    // MARK: Hidden

    private static func hidden(_ names: [String], largestShare: Double) -> [[Float]] {
        let context = ContextDraw(names: names, donors: [:])
        return drawn { generator in
            var row = [Float](repeating: 1, count: names.count)
            context.hide(&row, largestShare: largestShare, &generator)
            return row
        }
    }

    @Test func groupsAreHiddenAsAWholeEachInItsShareOfTheRows() {
        let grouped = ContextDraw.groups.flatMap { $0.names }
        let rows = Self.hidden(grouped + ["colour"], largestShare: 0)
        var start = 0
        for (names, probability) in ContextDraw.groups {
            let parts = rows.map { Array($0[start..<start + names.count]) }
            start += names.count
            let hidden = parts.count { part in part.allSatisfy(\.isNaN) }
            let share = Double(hidden) / Double(rows.count)
            #expect(abs(share - probability) < 0.05, "\(names) \(share)")
            let touched = parts.count { part in part.contains(where: \.isNaN) }
            #expect(touched == hidden, "\(names)")
        }
        #expect(rows.allSatisfy { $0.last == 1 })
    }

    /// Each row draws its own, below the largest.
    @Test func singleFeaturesAreHiddenInAShareOfTheRow() {
        let names = (0..<200).map { "colour_\($0)" }
        let shares = Self.hidden(names, largestShare: 0.6).map { row in
            Float(row.count { $0.isNaN }) / 200
        }
        #expect(abs(Self.mean(shares) - 0.3) < 0.02, "\(Self.mean(shares))")
        #expect(shares.contains { $0 < 0.05 } && shares.contains { $0 > 0.5 })
        #expect(shares.allSatisfy { $0 < 0.8 })
    }
}
