import Ground
import Testing

@Suite struct CalendarDateTests {
    @Test func modifiedJulianDatesHaveTheirDays() {
        #expect(CalendarDate(mjd: 51_544) == CalendarDate(year: 2000, month: 1, day: 1))
        #expect(CalendarDate(mjd: 60_369) == CalendarDate(year: 2024, month: 2, day: 29))
        #expect(CalendarDate(mjd: 61_041) == CalendarDate(year: 2026, month: 1, day: 1))
        #expect(CalendarDate(mjd: 0) == CalendarDate(year: 1858, month: 11, day: 17))
    }

    @Test func everyDayFollowsTheOneBefore() {
        var before = CalendarDate(mjd: -200_000)
        for mjd in -199_999...200_000 {
            let date = CalendarDate(mjd: mjd)
            #expect(date.mjd == mjd)
            let isNext =
                date.day == before.day + 1 && date.month == before.month
                || date.day == 1
                    && before.day == CalendarDate.daysInMonth(before.month, year: before.year)
                    && date.month == before.month % 12 + 1
            #expect(isNext && (1...CalendarDate.daysInMonth(date.month, year: date.year)).contains(date.day))
            before = date
        }
    }
}
