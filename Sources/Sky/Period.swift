/// The period that a light curve shows.
public struct Period: Hashable, Sendable {
    /// Days.
    public var days: Double
    /// Decadic logarithm of the probability that noise shows one as clear.
    public var logFalseAlarm: Double

    /// A period.
    public init(days: Double, logFalseAlarm: Double) {
        (self.days, self.logFalseAlarm) = (days, logFalseAlarm)
    }
}
