import Testing

@testable import Training

/// What an object is lent of the surroundings that a packet of its class has told.
@Suite struct ContextLendingTests {
    /// What a donor of one class lends.
    private static func lent(
        _ donor: ContextDraw.Packet,
        _ rule: DrawRule,
        own: [Float]? = nil,
        reference: Double? = nil
    ) -> DrawnRows {
        let context = ContextSample.context(["AGN": [donor]])
        var curve = ContextSample.curve
        curve.reference = reference
        let drawn = DrawnRows { context.donated(to: "AGN", rule, own: own, curve, &$0) }
        #expect(drawn.rows.count == 2000)
        return drawn
    }

    @Test func aPacketSpeaksForItsClassAndForThoseThatTheRuleNames() {
        let donors = [
            "AGN": [ContextSample.packet(["colour": 0.1])],
            "EB": [ContextSample.packet(["colour": 0.5]), ContextSample.packet(["colour": 0.6])],
        ]
        let context = ContextSample.context(donors)
        var rule = DrawRule()
        #expect(context.hasDonor("AGN", rule) && !context.hasDonor("SN-Ia", rule))
        let none = DrawnRows { context.donated(to: "SN-Ia", rule, own: nil, ContextSample.curve, &$0) }
        #expect(none.rows.isEmpty)
        let own = DrawnRows { context.donated(to: "AGN", rule, own: nil, ContextSample.curve, &$0) }
        #expect(Set(own["colour"]) == [0.1])
        rule.context = ["EB"]
        #expect(context.hasDonor("SN-Ia", rule))
        let others = DrawnRows { context.donated(to: "SN-Ia", rule, own: nil, ContextSample.curve, &$0) }
        #expect(Set(others["colour"]) == [0.5, 0.6])
    }

    @Test func anObjectsOwnNumbersWinOverTheDonors() {
        let own: [String: Float] = [
            "age": 12.5, "detection_count": 3, "coverage_count": 77, "real_bogus": 0.25, "colour": -1, "ps_g_mag": 14,
        ]
        let rows = Self.lent(ContextSample.packet(), DrawRule(), own: ContextSample.names.map { own[$0] ?? .nan })
        for name in ["age", "detection_count", "coverage_count", "real_bogus", "colour"] {
            #expect(Set(rows[name]) == [own[name] ?? .nan], "\(name)")
        }
        #expect(abs(rows["ps_g_mag"].mean - 14) < 0.05)
        #expect(Set(rows["gaia_bright_mag"]) == [12])
        #expect(Set(rows["ps_score"]) == [0.95])
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
            let rows = Self.lent(ContextSample.packet(), rule, reference: reference)
            for (name, magnitude) in [("ref_mag", 19.0), ("ps_g_mag", 20.0), ("gaia_mag", 18.5)] {
                let values = rows[name]
                #expect(abs(values.mean - magnitude - shift) < 0.03, "\(name) \(values.mean)")
                #expect(values.deviation < 0.15, "\(name)")
            }
            #expect(Set(rows["gaia_bright_mag"]) == [12])
            #expect(rows["phot_g_mean_mag"] == rows["gaia_mag"])
            // What follows from the magnitudes is as they are in the end.
            let differences = zip(rows["alert_minus_ref"], rows["ref_mag"])
            #expect(differences.allSatisfy { abs($0 - (18 - $1)) < 1e-4 })
        }
    }

    @Test func theSourceOfANucleusIsAtThePlace() {
        let donor = ContextSample.packet(["ref_distance": 6])
        var rule = DrawRule()
        #expect(Self.lent(donor, rule)["ref_distance"].mean > 5)
        rule.place = .nucleus
        let rows = Self.lent(donor, rule)
        for name in ["ref_distance", "ps_distance"] {
            let distances = rows[name]
            // A Rayleigh distribution of scale 0.25 has the mean 0.313.
            #expect(abs(distances.mean - 0.313) < 0.03, "\(name) \(distances.mean)")
            #expect(distances.allSatisfy { $0 >= 0 && $0 < 3 }, "\(name)")
        }
        let scores = rows["ps_score"]
        #expect(scores.allSatisfy { (0...1).contains($0) })
        let galaxies = scores.share { $0 < 0.3 }
        #expect(abs(galaxies - 0.8) < 0.05, "\(galaxies)")
    }

    @Test func aTransientIsKnownAsLongAsItsLightCurve() {
        var rule = DrawRule()
        rule.isTransient = true
        let rows = Self.lent(ContextSample.packet(), rule)
        let ages = rows["age"]
        let own = ages.share { $0 == 20 }
        #expect(abs(own - 0.95) < 0.03, "\(own)")
        #expect(ages.allSatisfy { $0 == 20 || (100...2000).contains($0) })
        #expect(Set(rows["detection_count"]) == [6])
        // An outburst of a star is one of many.
        rule.place = .star
        let outbursts = Self.lent(ContextSample.packet(), rule)
        let days = outbursts["age"]
        #expect(days.allSatisfy { (0...120).contains($0) } && days.contains { $0 < 10 } && days.contains { $0 > 110 })
        let counts = outbursts["detection_count"]
        #expect(counts.allSatisfy { (6...59).contains($0) } && counts.contains { $0 > 50 })
    }

    @Test func latitudesAreAsWideAsTheRuleSays() {
        var rule = DrawRule()
        rule.latitude = 10
        let rows = Self.lent(ContextSample.packet(["gal_b_abs": 80]), rule)
        let latitudes = rows["gal_b_abs"]
        #expect(latitudes.allSatisfy { (0...90).contains($0) })
        // Of a normal distribution of 10 degrees, and of the 5 that are added.
        let within = latitudes.share { $0 < 11.2 }
        #expect(abs(within - 0.68) < 0.05, "\(within)")
    }
}
