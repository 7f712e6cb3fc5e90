import Foundation
import Sky
import Testing

@testable import Archive

@Suite struct MonthTests {
    /// Every month from 1850 to 2150 against Foundation's calendar.
    @Test func monthsAreThoseOfTheCalendar() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        var month = Month(year: 1850, month: 1)
        while month < Month(year: 2150, month: 1) {
            let components = DateComponents(year: month.year, month: month.month, day: 1)
            let first = try #require(calendar.date(from: components))
            #expect(month.firstMillisecond == Int64(first.timeIntervalSince1970) * 1000)
            #expect(month.firstMJD == Int(first.timeIntervalSince1970) / 86400 + 40587)
            #expect(Month(milliseconds: month.firstMillisecond) == month)
            #expect(Month(milliseconds: month.next.firstMillisecond - 1) == month)
            #expect(Month(mjd: Double(month.firstMJD)) == month)
            #expect(Month(mjd: Double(month.next.firstMJD).nextDown) == month)
            month = month.next
        }
        #expect(Month(year: 2026, month: 3).suffix == "2026_03")
    }

    @Test func alertTimesAreTheYears1990To2100() {
        #expect(Alert.allowedTimes.lowerBound == Double(Month(year: 1990, month: 1).firstMJD))
        #expect(Alert.allowedTimes.upperBound == Double(Month(year: 2100, month: 1).firstMJD))
    }
}
