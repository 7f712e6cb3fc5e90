/// A card as a text in which people write, and in which sentences of ours stand among theirs: what is put in, changed or taken out
/// ends where ours ends, and every line keeps the break that it has.
struct CardText {
    /// How a sentence of ours is known again.
    struct Sentence {
        /// What it begins with.
        let stem: String
        /// A sentence of ours that comes with it.
        var companion = ""
    }

    private(set) var text: String
    /// Of lines that are put in.
    private let lineBreak: String
    /// What the sentences begin with, word by word.
    private let stems: [[Substring]]

    init(_ text: String, sentences: [Sentence]) {
        self.text = text
        lineBreak = text.first(where: \.isNewline).map { String($0) } ?? "\n"
        stems = sentences.map { Self.words($0.stem) }
    }

    private static func words(_ text: String) -> [Substring] { text.split(separator: " ") }

    // MARK: Finding

    /// The first sentence that begins so, to its own full stop; where it has none to the end of its paragraph, or to another of the
    /// sentences. A hand may have wrapped it anywhere, and put words before and behind it.
    func range(of sentence: Sentence) -> Range<String.Index>? {
        guard let place = range(of: Self.words(sentence.stem), in: text.startIndex..<text.endIndex) else { return nil }
        let end = end(from: place.upperBound)
        guard !sentence.companion.isEmpty else { return place.lowerBound..<end }
        let gap = text[end...].prefix(while: \.isWhitespace)
        guard gap.count(where: \.isNewline) < 2,
            let behind = self.end(of: Self.words(sentence.companion), at: gap.endIndex)
        else { return place.lowerBound..<end }
        return place.lowerBound..<behind
    }

    /// Words one after another, however they are wrapped.
    func range(of words: [Substring], in part: Range<String.Index>) -> Range<String.Index>? {
        guard let first = words.first else { return nil }
        for start in text[part].ranges(of: first).map(\.lowerBound) where beginsWord(start) {
            if let end = end(of: words, at: start), end <= part.upperBound { return start..<end }
        }
        return nil
    }

    /// Where words end that stand at a place, with no empty line among them.
    private func end(of words: [Substring], at start: String.Index) -> String.Index? {
        var place = start
        for (number, word) in words.enumerated() {
            if number > 0 {
                let gap = text[place...].prefix(while: \.isWhitespace)
                guard !gap.isEmpty, gap.count(where: \.isNewline) < 2 else { return nil }
                place = gap.endIndex
            }
            guard text[place...].hasPrefix(word) else { return nil }
            place = text.index(place, offsetBy: word.count)
        }
        return place
    }

    /// Where a sentence ends whose stem ends at a place. A dot in a number, or in a name, has no space behind it.
    private func end(from stem: String.Index) -> String.Index {
        var (place, last) = (stem, stem)
        while place < text.endIndex {
            let (character, next) = (text[place], text.index(after: place))
            if character == ".", next == text.endIndex || text[next].isWhitespace { return next }
            if character.isNewline, interrupts(next) { return last }
            if !character.isWhitespace {
                if beginsWord(place), stems.contains(where: { end(of: $0, at: place) != nil }) { return last }
                last = next
            }
            place = next
        }
        return last
    }

    private func beginsWord(_ place: String.Index) -> Bool {
        guard place > text.startIndex else { return true }
        let before = text[text.index(before: place)]
        return !before.isLetter && !before.isNumber
    }

    /// Whether Markdown takes the line that begins at a place for no part of the paragraph before it.
    func interrupts(_ start: String.Index) -> Bool {
        let words = text[start...].prefix { !$0.isNewline }.drop(while: \.isWhitespace)
        return words.isEmpty || ["#", "* ", "- ", "+ ", "|", ">", "```"].contains { words.hasPrefix($0) }
    }

    /// A heading and what is below it, to the next one.
    func section(_ heading: String) -> Range<String.Index>? {
        let (lines, words) = (lines(of: text.startIndex..<text.endIndex), Self.words(heading))
        guard let start = lines.firstIndex(where: { text[$0].split(whereSeparator: \.isWhitespace) == words })
        else { return nil }
        let end = lines[(start + 1)...].first { text[$0].hasPrefix("## ") }?.lowerBound
        return lines[start].lowerBound..<(end ?? text.endIndex)
    }

    /// The lines of a part, each with its line break.
    func lines(of part: Range<String.Index>) -> [Range<String.Index>] {
        var (lines, start) = ([Range<String.Index>](), part.lowerBound)
        while start < part.upperBound {
            let end = text[start..<part.upperBound].firstIndex(where: \.isNewline).map(text.index(after:))
            lines.append(start..<(end ?? part.upperBound))
            start = end ?? part.upperBound
        }
        return lines
    }

    /// The line or the lines of a part, without the last line break, where nothing else stands in them.
    private func ownLines(_ part: Range<String.Index>) -> Range<String.Index>? {
        var (low, high) = (part.lowerBound, part.upperBound)
        while low > text.startIndex, text[text.index(before: low)].isBlank { low = text.index(before: low) }
        while high < text.endIndex, text[high].isBlank { high = text.index(after: high) }
        guard low == text.startIndex || text[text.index(before: low)].isNewline,
            high == text.endIndex || text[high].isNewline
        else { return nil }
        return low..<high
    }

    // MARK: Changing

    /// Words of ours in the place of others; those that say the same stay, however they are wrapped.
    mutating func put(_ words: String, at part: Range<String.Index>) {
        guard text[part].split(whereSeparator: \.isWhitespace) != Self.words(words) else { return }
        guard let lines = ownLines(part), lines.upperBound < text.endIndex else {
            return text.replaceSubrange(part, with: words)
        }
        text.replaceSubrange(lines.lowerBound..<text.index(after: lines.upperBound), with: words + lineBreak)
    }

    /// Words of ours behind others: in a line of their own where these have theirs.
    mutating func insert(_ words: String, behind part: Range<String.Index>) {
        guard let lines = ownLines(part) else { return text.insert(contentsOf: " " + words, at: part.upperBound) }
        if lines.upperBound < text.endIndex {
            text.insert(contentsOf: words + lineBreak, at: text.index(after: lines.upperBound))
        } else {
            text += lineBreak + words
        }
    }

    /// Takes words out, with the line that they have for themselves, or the space between them and others.
    mutating func remove(_ part: Range<String.Index>) {
        guard let lines = ownLines(part) else {
            var (low, high) = (part.lowerBound, part.upperBound)
            while low > text.startIndex, text[text.index(before: low)].isBlank { low = text.index(before: low) }
            if low == text.startIndex || text[text.index(before: low)].isNewline {
                while high < text.endIndex, text[high].isBlank { high = text.index(after: high) }
                low = part.lowerBound
            }
            return text.removeSubrange(low..<high)
        }
        if lines.upperBound < text.endIndex {
            text.removeSubrange(lines.lowerBound..<text.index(after: lines.upperBound))
        } else {
            let isFirst = lines.lowerBound == text.startIndex
            text.removeSubrange((isFirst ? lines.lowerBound : text.index(before: lines.lowerBound))..<lines.upperBound)
        }
    }

    /// Lines of ours as the last paragraph below a heading; where it is missing they stand at the end, below it.
    mutating func add(_ lines: [String], below heading: String) {
        let paragraph = lines.joined(separator: lineBreak)
        let found = section(heading)
        var end = found?.upperBound ?? text.endIndex
        while end > text.startIndex, text[text.index(before: end)].isWhitespace { end = text.index(before: end) }
        let gap = end == text.startIndex ? "" : lineBreak + lineBreak
        guard found == nil else { return text.insert(contentsOf: gap + paragraph, at: end) }
        text.replaceSubrange(end..., with: gap + heading + lineBreak + lineBreak + paragraph + lineBreak)
    }

    /// A text in the place of another.
    mutating func replace(_ part: Range<String.Index>, with words: String) { text.replaceSubrange(part, with: words) }

    /// Lines, each with the card's line break.
    func block(_ lines: [String]) -> String { lines.map { $0 + lineBreak }.joined() }
}

extension Character {
    /// A space within a line.
    var isBlank: Bool { isWhitespace && !isNewline }
}
