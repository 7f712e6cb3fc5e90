import Ground

/// Names and numbers that a survey gives to objects, exposures and measurements.
package enum SurveyNames {
    /// 26 to the power of 7: names of one year.
    package static let namesPerYear: UInt64 = 8_031_810_176

    /// ZTF's name of an object: `ZTF`, two digits of the year, seven letters.
    static func ztfObject(_ number: UInt64, year: Int, seed: UInt64) -> String {
        // A multiplier without a common factor with 26 makes neighbours look unlike; the seed turns the wheel.
        let start = RandomStream.hash(seed, .packet) % namesPerYear
        let index = (number.multipliedReportingOverflow(by: 3_141_592_651).partialValue % namesPerYear + start)
        return ztfName(year: year, letters: index % namesPerYear)
    }

    /// The name with the given position among the names of a year.
    package static func ztfName(year: Int, letters: UInt64) -> String {
        var rest = letters
        var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 12)
        bytes[0] = UInt8(ascii: "Z")
        bytes[1] = UInt8(ascii: "T")
        bytes[2] = UInt8(ascii: "F")
        bytes[3] = UInt8(ascii: "0") + UInt8(year / 10 % 10)
        bytes[4] = UInt8(ascii: "0") + UInt8(year % 10)
        for place in (5..<12).reversed() {
            bytes[place] = UInt8(ascii: "a") + UInt8(rest % 26)
            rest /= 26
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// ZTF's night number: days since 2017-01-01, taken round so that a candid always fits 64 bits.
    static func ztfNight(_ mjd: Double) -> Int { max(0, Int((mjd - 57_754).rounded(.down))) % 9000 }

    /// ZTF's processing id of a readout channel of an exposure: night, five digits of the day, channel, 15.
    static func ztfProcessing(_ mjd: Double, channel: Int) -> Int64 {
        let day = mjd - mjd.rounded(.down)
        let fraction = Int64((day * 100_000).rounded(.down))
        return ((Int64(ztfNight(mjd)) * 100_000 + fraction) * 100 + Int64(channel)) * 100 + 15
    }

    /// ZTF's candid: processing id, 15 for a positive and 10 for a negative difference, number in the exposure.
    static func ztfCandidate(processing: Int64, isPositive: Bool, number: Int) -> Int64 {
        processing * 1_000_000 + (isPositive ? 15_000 : 10_000) + Int64(number % 5_000)
    }

    /// Rubin's visit: date and number in the night.
    static func lsstVisit(_ exposure: Exposure) -> Int64 {
        let date = CalendarDate(mjd: exposure.night)
        let day = Int64(date.year * 10_000 + date.month * 100 + date.day)
        return day * 100_000 + Int64(exposure.field * 8 + exposure.visit) % 100_000
    }

    /// A diaSourceId: night, field, visit and number in the exposure, none of which another measurement shares.
    static func lsstSource(_ exposure: Exposure, slot: Int) -> Int64 {
        let number = (Int64(exposure.night) * 8192 + Int64(exposure.field)) * 8 + Int64(exposure.visit)
        return (number << 25) + Int64(slot & 0x1FF_FFFF)
    }

    /// A diaObjectId.
    static func lsstObject(_ number: UInt64) -> Int64 {
        313_800_000_000_000_000 + Int64(truncatingIfNeeded: number &* 7_919 & 0xFF_FFFF_FFFF)
    }
}
