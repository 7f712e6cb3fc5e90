/// A program that cannot be started, or that has not ended in time.
public struct ChildProcessError: Error, CustomStringConvertible {
    /// "cannot start initdb: No such file or directory".
    public let description: String
}
