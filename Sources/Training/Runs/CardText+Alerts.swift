/// What a card tells of real alerts, among what people have written below the same heading.
extension CardText {
    /// What the paragraph begins with, behind the number of alerts, and how it ends, today's and as it was before.
    private static let beginnings = [
        "labelled alerts, each answered by a model that was trained like this one",
        "Labelled alerts have changed its temperatures and gates since",
    ]
    private static let ends = [
        "takes every alert for an object):", "fitted to the others.", "the next calibration tells them again.",
    ]

    /// The first row of the table.
    static let alertsHead = "| | alerts | decided | right | 95 % interval |"

    /// Puts a paragraph and its table below a heading, in the place of those that are there. Where there is no such heading, it is put
    /// before another one, or at the end.
    mutating func putAlerts(_ paragraph: String, _ table: [String], below heading: String, before next: String) {
        let ours = [paragraph, ""] + (table.isEmpty ? [] : table + [""])
        guard let section = section(heading) else {
            guard let place = self.section(next)?.lowerBound else { return add(ours.dropLast(), below: heading) }
            return replace(place..<place, with: block([heading, ""] + ours))
        }
        let body = (lines(of: section).first?.upperBound ?? section.lowerBound)..<section.upperBound
        let place = alerts(in: body) ?? body.lowerBound..<body.lowerBound
        let above = others(body.lowerBound..<place.lowerBound)
        let rest = text[place.upperBound..<body.upperBound].drop(while: \.isBlank)
        let below = others(rest.startIndex..<rest.endIndex)
        replace(section, with: block([heading, ""]) + above + block(ours) + below)
    }

    /// The paragraph with the number before it.
    private func alerts(in part: Range<String.Index>) -> Range<String.Index>? {
        let found = Self.beginnings.lazy.compactMap { range(of: $0.split(separator: " "), in: part) }.first
        guard let found else { return nil }
        let before = text[part.lowerBound..<found.lowerBound].reversed().drop(while: \.isWhitespace)
        let digits = before.prefix(while: \.isNumber)
        let start = digits.isEmpty ? found.lowerBound : digits.endIndex.base
        let next = lines(of: found.upperBound..<part.upperBound).dropFirst().first { interrupts($0.lowerBound) }
        let rest = found.upperBound..<(next?.lowerBound ?? part.upperBound)
        let end = Self.ends.lazy.compactMap { range(of: $0.split(separator: " "), in: rest) }.first
        return start..<(end?.upperBound ?? rest.upperBound)
    }

    /// What people have written, without our table, and without the empty lines before and behind it; one follows.
    private func others(_ part: Range<String.Index>) -> String {
        let head = Self.alertsHead.split(separator: " ")
        var (kept, isTable) = ([Substring](), false)
        for line in lines(of: part).map({ text[$0] }) {
            let words = line.split(whereSeparator: \.isWhitespace)
            isTable = words.first?.hasPrefix("|") == true && (isTable || words == head)
            if !isTable { kept.append(line) }
        }
        func isEmpty(_ line: Substring) -> Bool { line.allSatisfy(\.isWhitespace) }
        guard let first = kept.firstIndex(where: { !isEmpty($0) }), let last = kept.lastIndex(where: { !isEmpty($0) })
        else { return "" }
        let words = kept[first...last].joined()
        return words + block(words.last?.isNewline == true ? [""] : ["", ""])
    }
}
