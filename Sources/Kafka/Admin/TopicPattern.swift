import Glibc

/// A topic pattern with the meaning that librdkafka gives it in a subscription: a POSIX extended regular expression.
package final class TopicPattern: @unchecked Sendable {
    // Unchecked: `regexec` does not change what `regcomp` has made.
    private var expression = regex_t()

    /// Compiles a pattern.
    ///
    /// - Throws: `KafkaError` with the C library's explanation.
    package init(_ pattern: String) throws {
        let code = regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB)
        guard code == 0 else {
            var text = [CChar](repeating: 0, count: 256)
            regerror(code, &expression, &text, text.count)
            throw KafkaError(
                .invalidArgument,
                KafkaHandle.string(text),
                during: "read a topic pattern",
                subject: pattern
            )
        }
    }

    deinit { regfree(&expression) }

    /// Whether a name matches.
    package func matches(_ topic: String) -> Bool { regexec(&expression, topic, 0, nil, 0) == 0 }
}

extension TopicPattern {
    /// What is wrong with a pattern, and what to write instead; nil where it means what it says.
    ///
    /// Besides what does not compile, this refuses what other dialects would read otherwise: `\d` is the letter d here,
    /// and `+?` is no lazy `+`.
    package static func complaint(about pattern: String) -> String? {
        if let foreign = foreignSyntax(in: pattern) {
            return "is not a POSIX extended regular expression, as Kafka's client reads patterns: \(foreign)"
        }
        do {
            _ = try TopicPattern(pattern)
            return nil
        } catch {
            let reason = (error as? KafkaError)?.reason ?? "\(error)"
            return "is not a POSIX extended regular expression: \(reason)"
        }
    }

    private static let classes: [Character: String] = [
        "d": "[0-9]", "D": "[^0-9]", "h": "[[:blank:]]", "A": "^", "z": "$", "Z": "$",
    ]

    private static func foreignSyntax(in pattern: String) -> String? {
        var isEscaped = false
        var isInBrackets = false
        var before: Character = "^"
        var rest = pattern[...]
        while let character = rest.popFirst() {
            if isEscaped {
                isEscaped = false
                if let meaning = classes[character] { return "for \\\(character) write \(meaning)" }
                let known = "wWsSbB"  // which the C library adds
                if character.isLetter, !known.contains(character) { return "\\\(character) has no meaning" }
                before = "a"
                continue
            }
            if isInBrackets {
                if character == "\\", let next = rest.first, next.isLetter {
                    return "for \\\(next) in [] write what it stands for, as 0-9 or [:space:]"
                }
                if character == "[", let kind = rest.first, ":.=".contains(kind) {
                    // A class as [:digit:], whose ] does not end the brackets.
                    guard let end = rest.dropFirst().firstRange(of: "\(kind)]") else { return nil }
                    rest = rest[end.upperBound...]
                } else if character == "]" {
                    isInBrackets = false
                    before = "a"
                }
                continue
            }
            switch character {
            case "\\": isEscaped = true
            case "[":
                isInBrackets = true
                if rest.first == "^" { rest.removeFirst() }
                if rest.first == "]" { rest.removeFirst() }
            case "?" where before == "(": return advice(onGroup: rest)
            case "?" where "*+?}".contains(before), "+" where "*+?}".contains(before):
                return "\(before)\(character) is neither lazy nor possessive; leave the \(character) away"
            default: break
            }
            before = character
        }
        return nil
    }

    private static func advice(onGroup rest: Substring) -> String {
        if rest.hasPrefix("!") || rest.hasPrefix("=") || rest.hasPrefix("<") {
            return "there is no (?\(rest.prefix(1))...); list the topics in input.topics, or name what may follow, as "
                + "^ztf([^_]|$)"
        }
        if rest.hasPrefix("i") { return "there is no (?i); write both cases, as [zZ][tT][fF]" }
        return rest.hasPrefix(":") ? "for (?:...) write (...)" : "there is no (?...)"
    }
}
