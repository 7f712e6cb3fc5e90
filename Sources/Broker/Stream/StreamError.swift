package import Sky

/// Why a stream cannot start or go on. Errors that pass (a database that restarts, an aborted transaction) are not
/// among them: the stream retries those by itself.
package enum StreamError: Error, Sendable, CustomStringConvertible {
    /// The input would read what the broker itself writes.
    case inputIsOutput(input: String, topic: String)
    /// Neither input topics nor a pattern are given.
    case noInput
    /// A setting is not allowed.
    case setting(name: String, value: String, allowed: String)
    /// Another process holds this worker's transactional id.
    case fenced(worker: String, detail: String)

    /// What is stored was written under a version of the schema that this program does not know.
    case unknownSchemaVersion(String, position: InputPosition)

    /// What is wrong and what to do.
    package var description: String {
        switch self {
        case .inputIsOutput(let input, let topic):
            "input \(input) would read \(topic), which this broker writes: choose another input or another output.prefix"
        case .noInput:
            "no input: give input.topics or input.pattern"
        case .setting(let name, let value, let allowed):
            "\(name) is \(value); allowed: \(allowed)"
        case .unknownSchemaVersion(let version, let position):
            "the annotation of \(position) was stored under version \(version) of the schema of annotated alerts, which this"
                + " program does not know: use the program that wrote it, or a newer one"
        case .fenced(let worker, let detail):
            "another process has taken over as worker \(worker) (\(detail)): give each process its own kafka.worker"
        }
    }
}
