/// Designations of minor planets and comets as people write them, from the packed forms of the Minor Planet Center
/// (docs.minorplanetcenter.net/mpc-ops-docs/designations/packed-designations and .../extended-packed-designations):
/// surveys send either.
enum PackedDesignation {
    /// The unpacked form of a name that is packed; of a numbered one its number alone, so that one body has one name; any
    /// other name as it is.
    ///
    /// - `K20S88J` is 2020 SJ88, `_QC0aEM` 2026 CZ6190, `J94P01b` 1994 P1-B, `T1S3138` 3138 T-1;
    /// - `(69343)1993TO29`, as ZTF wrote in 2017-18, is 69343;
    /// - `G4060` is 164060, `~000a` 620036, `0041P` 41P.
    static func unpacked(_ name: String) -> String {
        let symbols = Array(name.utf8)
        if let number = numberInBrackets(symbols) { return number }
        let found =
            switch symbols.count {
            case 5: number(symbols)
            case 7: extendedProvisional(symbols) ?? surveyNumber(symbols) ?? provisional(symbols)
            default: String?.none
            }
        return found ?? name
    }

    private static func numberInBrackets(_ symbols: [UInt8]) -> String? {
        guard symbols.first == UInt8(ascii: "("), let end = symbols.firstIndex(of: UInt8(ascii: ")")), end > 1,
            symbols[1..<end].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return String(decoding: symbols[1..<end], as: UTF8.self)
    }

    /// `J95X01L`: century, year, half-month, cycle (its tens a letter from 100 on), and the letter within the cycle;
    /// for a comet `0` or the letter of its fragment stands there, and the cycle is its number.
    private static func provisional(_ symbols: [UInt8]) -> String? {
        guard (UInt8(ascii: "I")...UInt8(ascii: "L")).contains(symbols[0]),
            let century = base62(symbols[0]), let year = digits(symbols[1...2]), isHalfMonth(symbols[3]),
            let tens = base62(symbols[4]), let units = digits(symbols[5...5])
        else { return nil }
        let start = "\(century * 100 + year) \(letter(symbols[3]))"
        let count = tens * 10 + units
        switch symbols[6] {
        case UInt8(ascii: "0"):
            return count > 0 ? "\(start)\(count)" : nil
        case UInt8(ascii: "a")...UInt8(ascii: "z"):
            return count > 0 ? "\(start)\(count)-\(letter(symbols[6] - 0x20))" : nil
        case UInt8(ascii: "A")...UInt8(ascii: "Z") where symbols[6] != UInt8(ascii: "I"):
            return "\(start)\(letter(symbols[6]))" + (count > 0 ? "\(count)" : "")
        default:
            return nil
        }
    }

    /// `_QC0aEM`: the year since 2000 and the half-month, then how many came after the 15,500 that the other form
    /// counts, in base 62.
    private static func extendedProvisional(_ symbols: [UInt8]) -> String? {
        guard symbols[0] == UInt8(ascii: "_"), let year = base62(symbols[1]), year >= 10, isHalfMonth(symbols[2]),
            let beyond = base62(symbols[3...6])
        else { return nil }
        let place = 15_500 + beyond
        return "\(2000 + year) \(letter(symbols[2]))\(letter(lettersWithoutI[place % 25]))\(place / 25)"
    }

    /// `PLS2040`, `T1S3138`: the surveys of Palomar and Leiden.
    private static func surveyNumber(_ symbols: [UInt8]) -> String? {
        guard symbols[2] == UInt8(ascii: "S"), let number = digits(symbols[3...6]) else { return nil }
        switch (symbols[0], symbols[1]) {
        case (UInt8(ascii: "P"), UInt8(ascii: "L")): return "\(number) P-L"
        case (UInt8(ascii: "T"), UInt8(ascii: "1")...UInt8(ascii: "3")): return "\(number) T-\(letter(symbols[1]))"
        default: return nil
        }
    }

    /// Numbered objects: `00433`, from 100,000 on a letter for the tens of thousands, from 620,000 on base 62 behind a
    /// tilde; `0041P` is a periodic comet.
    private static func number(_ symbols: [UInt8]) -> String? {
        if symbols[0] == UInt8(ascii: "~") { return base62(symbols[1...4]).map { "\(620_000 + $0)" } }
        if let number = digits(symbols[0...3]), number > 0,
            [UInt8(ascii: "P"), UInt8(ascii: "D"), UInt8(ascii: "I")].contains(symbols[4])
        {
            return "\(number)\(letter(symbols[4]))"
        }
        guard let tenThousands = base62(symbols[0]), let rest = digits(symbols[1...4]) else { return nil }
        return "\(tenThousands * 10_000 + rest)"
    }

    private static let lettersWithoutI = Array("ABCDEFGHJKLMNOPQRSTUVWXYZ".utf8)

    private static func letter(_ symbol: UInt8) -> Character { Character(Unicode.Scalar(symbol)) }

    /// A to Y without I: the halves of the months.
    private static func isHalfMonth(_ symbol: UInt8) -> Bool {
        symbol != UInt8(ascii: "Z") && lettersWithoutI.contains(symbol)
    }

    private static func digits(_ symbols: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for symbol in symbols {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(symbol) else { return nil }
            value = value * 10 + Int(symbol - UInt8(ascii: "0"))
        }
        return value
    }

    private static func base62(_ symbols: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for symbol in symbols {
            guard let digit = base62(symbol) else { return nil }
            value = value * 62 + digit
        }
        return value
    }

    /// 0 to 9, A to Z are 10 to 35, a to z 36 to 61.
    private static func base62(_ symbol: UInt8) -> Int? {
        switch symbol {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(symbol - UInt8(ascii: "0"))
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(symbol - UInt8(ascii: "A")) + 10
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(symbol - UInt8(ascii: "a")) + 36
        default: nil
        }
    }
}
