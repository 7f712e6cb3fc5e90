import ModelSupport
import Foundation
import Sky
import Testing

@testable import AstroM3

/// The published preprocessing, case by case (Rizhko & Bloom 2024).
@Suite struct PublishedLightCurveTests {
    private typealias Point = PublishedLightCurve.Point

    private var preprocessing: PublishedLightCurve {
        var input = GoldenVectors.manifest(.published).photometry
        input.mean = [0, 0, 0, 0.5, 1, 0.25, 0.9, 0, 0]
        input.std = [1, 1, 1, 0.2, 0.5, 0.1, 0.05, 1, 1]
        return PublishedLightCurve(input: input)
    }

    private func points(_ count: Int) -> [Point] {
        (0..<count).map { i in
            Point(time: 2_457_000.25 + Double(i) * 1.5, flux: 10 + sin(Double(i)), error: 0.1 + 0.01 * Double(i % 3))
        }
    }

    @Test(arguments: [(1, 1, 0), (120, 120, 0), (200, 200, 0), (201, 200, 0), (202, 200, 1), (255, 200, 27)])
    func theCentreWindowIsTaken(count: Int, kept: Int, start: Int) throws {
        let points = points(count)
        let rows = try #require(preprocessing.rows(of: points))
        #expect(rows.count == kept)
        #expect(rows.values.count == kept * 9)
        let mean = points.map(\.flux).reduce(0, +) / Double(count)
        let deviation = Robust.medianAbsoluteDeviation(points.map(\.flux))
        let scale = deviation > 0 ? deviation : 0.1
        for (row, point) in points[start..<start + kept].enumerated() {
            let values = rows.values[row * 9..<(row + 1) * 9].map(Double.init)
            // Time runs over the whole curve, before the window is taken.
            let time = count > 1 ? Double(start + row) / Double(count - 1) : 0
            #expect(abs(values[0] - time) < 1e-6)
            #expect(abs(values[1] - (point.flux - mean) / scale) < 1e-5)
            #expect(abs(values[2] - point.error / scale) < 1e-5)
            #expect(abs(values[7] - log10(scale)) < 1e-6)
            #expect(abs(values[8] - 1.5 * Double(count - 1) / 365) < 1e-6)
        }
    }

    @Test func exactDuplicatesAreDroppedAndOrderDoesNotMatter() throws {
        let points = points(30)
        let rows = try #require(preprocessing.rows(of: points))
        let shuffled = try #require(preprocessing.rows(of: (points + points[3..<9]).reversed()))
        #expect(shuffled.count == 30)
        #expect(shuffled.values == rows.values)
        // The same time with another flux is another point.
        var other = points[3]
        other.flux += 1
        #expect(try #require(preprocessing.rows(of: points + [other])).count == 31)
    }

    @Test func anEvenMedianAveragesTheTwoInTheMiddle() {
        #expect(Robust.median([4, 1, 3, 2]) == 2.5)
        #expect(Robust.median([3, 1, 2]) == 2)
        // |x - 2.5| of 1, 2, 3, 4, 100 about the median 3: 2, 1, 0, 1, 97.
        #expect(Robust.medianAbsoluteDeviation([1, 2, 3, 4, 100]) == 1)
        var floats: [Float] = [4, 1, 3, 2]
        #expect(Robust.median(&floats) == 2.5)
    }

    @Test func aConstantFluxIsScaledByItsErrors() throws {
        let flat = (0..<5).map { Point(time: Double($0), flux: 7, error: 0.5) }
        let rows = try #require(preprocessing.rows(of: flat))
        #expect(rows.values[1] == 0)
        #expect(rows.values[2] == 1)
        #expect(abs(rows.values[7] - log10(0.5)) < 1e-6)
        let exact = try #require(preprocessing.rows(of: flat.map { Point(time: $0.time, flux: 7, error: 0) }))
        for value in exact.values { #expect(value.isFinite) }
    }

    @Test func catalogueValuesAreStandardisedAndMissingOnesAreTheMean() throws {
        let catalogue = PublishedLightCurve.Catalogue(amplitude: 0.7, period: 100, lkslStatistic: .nan, rfrScore: 0.95)
        let rows = try #require(preprocessing.rows(of: points(3), catalogue: catalogue))
        let expected: [Float] = [1, 2, 0, 1]
        for (value, expected) in zip(rows.values[3..<7], expected) { #expect(abs(value - expected) < 1e-5) }
        let unknown = try #require(preprocessing.rows(of: points(3)))
        #expect(Array(unknown.values[3..<7]) == [0, 0, 0, 0])
    }

    @Test func pointsThatSayNothingAreLeftOut() throws {
        var points = points(5)
        points[1].flux = .nan
        points[2].error = .infinity
        #expect(try #require(preprocessing.rows(of: points)).count == 3)
        #expect(preprocessing.rows(of: []) == nil)
    }

    /// A live curve, totals a thousand times above the differences.
    private func live(_ count: Int) -> LightCurve {
        var curve = SampleRecords.lightCurve(points: count, seed: 1)
        for i in curve.points.indices { curve.points[i].totalFlux = 2e6 + 1e5 * Float(i % 7) }
        return curve
    }

    @Test func onePointWithoutATotalDoesNotTurnTheOthersToDifferenceFlux() throws {
        var curve = live(9)
        let whole = try #require(preprocessing.rows(of: curve, until: .infinity, choice: .total))
        curve.points[8].totalFlux = .nan
        let rest = try #require(preprocessing.rows(of: curve, until: .infinity, choice: .total))
        curve.points.removeLast()
        #expect(whole.count == 9 && rest.count == 8)
        #expect(rest.values == preprocessing.rows(of: curve, until: .infinity, choice: .total)?.values)
        let difference = try #require(preprocessing.rows(of: curve, until: .infinity, choice: .difference))
        #expect(difference.values[7] < rest.values[7] - 1)
        // Nothing later than the alert.
        #expect(preprocessing.rows(of: curve, until: curve.points[4].mjd, choice: .total)?.count == 5)
    }

    @Test func liveFluxesAreInTheTrainingUnit() throws {
        let curve = live(14)
        let rows = try #require(preprocessing.rows(of: curve, until: .infinity, choice: .total))
        // Totals of 2.0 to 2.6 mJy in steps of 0.1: their median absolute deviation is 0.2 mJy.
        #expect(abs(rows.values[7] - log10(0.2)) < 1e-4)
    }

    @Test(arguments: [199, 200, 201, 250])
    func ofALiveCurveTheNewestPointsAreKept(count: Int) throws {
        let curve = live(count)
        let rows = try #require(preprocessing.rows(of: curve, until: .infinity, choice: .total))
        #expect(rows.count == min(count, 200))
        let times = stride(from: 0, to: rows.values.count, by: 9).map { rows.values[$0] }
        let first = curve.points[max(0, count - 200)].mjd
        let (start, end) = (curve.points[0].mjd, curve.points[count - 1].mjd)
        #expect(times.last == 1)
        #expect(abs(times[0] - Float((first - start) / (end - start))) < 1e-6)
    }
}
