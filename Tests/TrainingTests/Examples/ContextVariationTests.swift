import Glibc
import Sky
import Testing

@testable import AstroM3
@testable import Training

/// What another packet of the same source would have said of the surroundings: earlier, of another survey, measured anew.
@Suite struct ContextVariationTests {
    private static func isEqual(_ one: [Float], _ other: [Float]) -> Bool {
        one.map(\.bitPattern) == other.map(\.bitPattern)
    }

    @Test func anEarlierDetectionAsTheAlertIsYoungerAndOneOfFewer() {
        let context = ContextSample.context()
        let packet = ContextSample.packet(["age": 40, "detection_count": 20])
        #expect(packet.surveyAge == 1000)
        #expect(ContextDraw.Packet(row: [], alert: 58_180).surveyAge == 30)
        var rule = DrawRule()
        rule.isTransient = true
        let cases: [(earlier: Double, dropped: Int, age: Float, count: Float)] = [
            (0, 0, 40, 20), (10, 4, 30, 16), (60, 30, 0, 1),
        ]
        for (earlier, dropped, age, count) in cases {
            let rows = DrawnRows {
                context.varied(packet, rule, ContextSample.curve, earlier: earlier, dropped: dropped, &$0)
            }
            #expect(Set(rows["age"]) == [age])
            #expect(Set(rows["detection_count"]) == [count])
            // The others are of a survey of another age.
            let same = rows["coverage_count"].share { $0 == 500 }
            #expect(abs(same - 0.4) < 0.05, "\(same)")
            let magnitudes = rows["ref_mag"]
            #expect(abs(magnitudes.deviation - 0.1) < 0.02)
            let differences = zip(rows["alert_minus_ref"], magnitudes)
            #expect(differences.allSatisfy { abs($0 - (18 - $1)) < 1e-4 })
        }
    }

    private static func inAnotherSurvey(
        _ row: [Float],
        _ rule: DrawRule,
        age: Double? = nil,
        detections: Int? = nil
    ) -> DrawnRows {
        let context = ContextSample.context()
        return DrawnRows { generator in
            var changed = row
            context.changeSurvey(&changed, rule, age: age, detections: detections, surveyAge: 1000, &generator)
            return changed
        }
    }

    @Test func aYoungerSurveyKnowsALastingSourceLessLongAndLessOften() {
        let rows = Self.inAnotherSurvey(ContextSample.row(), DrawRule())
        let ages = rows["age"]
        // Surveys are 60 to 2,400 days old, and saw it in their first fifth.
        #expect(ages.allSatisfy { (48...800).contains($0) })
        #expect(ages.contains { $0 < 200 } && ages.contains(800))
        let counts = rows["detection_count"]
        // As often a day: 200 detections in 800 days.
        #expect(zip(ages, counts).allSatisfy { abs($1 - $0 / 4) < 0.501 })
        let coverage = rows["coverage_count"]
        #expect(zip(counts, coverage).allSatisfy { $0 <= $1 && $1 <= 1200 })
        #expect(coverage.contains { $0 < 200 } && coverage.contains { $0 > 1000 })
    }

    @Test func aTransientIsDetectedAsOftenInAnySurvey() {
        var rule = DrawRule()
        rule.isTransient = true
        let rows = Self.inAnotherSurvey(ContextSample.row(), rule)
        let ages = rows["age"]
        #expect(ages.allSatisfy { (60...800).contains($0) } && ages.contains { $0 < 200 })
        #expect(Set(rows["detection_count"]) == [200])
        let told = Self.inAnotherSurvey(ContextSample.row(), rule, age: 7.25, detections: 3)
        #expect(Set(told["age"]) == [7.25])
        #expect(Set(told["detection_count"]) == [3])
        #expect(Set(told["coverage_count"]).count > 100)
    }

    @Test func withoutAgeOrCountASurveyHasNoAge() {
        for name in ["age", "detection_count"] {
            let row = ContextSample.row([name: .nan])
            let others = Self.inAnotherSurvey(row, DrawRule(), age: 7, detections: 3)
            #expect(others.rows.allSatisfy { Self.isEqual($0, row) })
        }
    }

    private static func jittered(_ row: [Float]) -> DrawnRows {
        let context = ContextSample.context()
        return DrawnRows { generator in
            var changed = row
            context.jitter(&changed, &generator)
            return changed
        }
    }

    @Test func whatIsMeasuredIsNeverTwiceTheSame() {
        let rows = Self.jittered(ContextSample.row())
        for (name, magnitude) in [("ref_mag", 19.0), ("ps_g_mag", 20.0), ("gaia_mag", 18.5)] {
            let values = rows[name]
            #expect(abs(values.mean - magnitude) < 0.015, "\(name) \(values.mean)")
            #expect(abs(values.deviation - 0.1) < 0.015, "\(name) \(values.deviation)")
        }
        #expect(rows["phot_g_mean_mag"] == rows["gaia_mag"])
        let distances = rows["ref_distance"].map { Float(log(Double($0) / 0.4)) }
        #expect(abs(distances.mean) < 0.03 && abs(distances.deviation - 0.2) < 0.02)
        let latitudes = rows["gal_b_abs"]
        #expect(abs(latitudes.mean - 45) < 0.8 && abs(latitudes.deviation - 5) < 0.5)
        for name in ["age", "detection_count", "coverage_count", "ps_distance", "gaia_bright_mag", "colour"] {
            #expect(Set(rows[name]).count == 1, "\(name)")
        }
    }

    @Test func whatIsNotThereIsNotMeasuredAndNoLatitudeLeavesTheSky() {
        let missing = ["ref_mag": Float.nan, "ref_distance": Metadata.none, "phot_g_mean_mag": Metadata.none]
        let rows = Self.jittered(ContextSample.row(missing.merging(["gal_b_abs": 89]) { $1 }))
        #expect(rows["ref_mag"].allSatisfy { $0.isNaN })
        #expect(Set(rows["ref_distance"]) == [Metadata.none])
        #expect(Set(rows["phot_g_mean_mag"]) == [Metadata.none])
        let latitudes = rows["gal_b_abs"]
        #expect(latitudes.allSatisfy { (0...90).contains($0) } && latitudes.contains(90))
        let low = Self.jittered(ContextSample.row(["gal_b_abs": 1]))["gal_b_abs"]
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
        var row = ContextSample.row(["ref_distance": distance])
        ContextSample.context().derive(&row, magnitude: 18)
        for name in ["alert_minus_ref", "flux_ratio"] {
            let told = ContextFeatures.all[name].map { $0(alert) } ?? .nan
            let derived = ContextSample.value(row, name)
            #expect(derived == told || abs(derived - told) < 1e-4, "\(name) \(derived) \(told)")
        }
        #expect(ContextSample.value(row, "flux_ratio").isFinite == (distance < AlertContext.ownRadius))
    }

    @Test func withoutAReferenceSourceNothingFollows() {
        for name in ["ref_mag", "ref_distance"] {
            let row = ContextSample.row([name: .nan])
            var derived = row
            ContextSample.context().derive(&derived, magnitude: 18)
            #expect(Self.isEqual(derived, row))
        }
    }
}
