import Glibc

/// A topic pattern with the meaning that librdkafka gives it in a subscription: a POSIX extended regular expression.
public final class TopicPattern: @unchecked Sendable {
    // Unchecked: `regexec` does not change what `regcomp` has made.
    private var expression = regex_t()

    /// Compiles a pattern.
    ///
    /// - Throws: `KafkaError` with the C library's explanation.
    public init(_ pattern: String) throws {
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
    public func matches(_ topic: String) -> Bool { regexec(&expression, topic, 0, nil, 0) == 0 }
}
