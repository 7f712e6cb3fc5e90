/// What a reader of an alert has to know before believing it. The bits are stored: only ever add.
public struct AlertFlags: OptionSet, Hashable, Sendable {
    /// The bits of the flags.
    public let rawValue: UInt32

    /// Flags of the given bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// The survey's score is below the operator's setting: probably not a real source.
    public static let bogus = AlertFlags(rawValue: 1 << 0)
    /// The survey associates the detection with a known Solar System object.
    public static let solarSystem = AlertFlags(rawValue: 1 << 1)
    /// The packet holds history points later than the alert itself: kept, not used.
    public static let historyAfterAlert = AlertFlags(rawValue: 1 << 2)
    /// The alert's id is known with another time: annotated and counted as conflicting.
    public static let conflicting = AlertFlags(rawValue: 1 << 3)

    /// The detection is negative, and the reference image has no source at its place that could have faded.
    public static let dubious = AlertFlags(rawValue: 1 << 4)
    /// Rows of the packet's history could not be used (time or flux) and were left out.
    public static let historyUnreadable = AlertFlags(rawValue: 1 << 5)
    /// The output left out cutouts, or light curve too, because it would not have fitted its topics.
    public static let shortened = AlertFlags(rawValue: 1 << 6)

    /// Detected once, or within minutes, with nothing beside it (`Record.isConfirmed`): it may be an unknown body of the Solar
    /// System, an artefact, or a transient on its first night. Trifid's own classifier does not decide.
    public static let unconfirmed = AlertFlags(rawValue: 1 << 7)

    private static let names: [(AlertFlags, String)] = [
        (.bogus, "bogus"), (.solarSystem, "solar-system"), (.historyAfterAlert, "history-after-alert"),
        (.conflicting, "conflicting"), (.dubious, "dubious"), (.historyUnreadable, "history-unreadable"),
        (.shortened, "shortened"), (.unconfirmed, "unconfirmed"),
    ]

    /// The names of the flags as they go out: `bogus`, `solar-system`, `history-after-alert`, `conflicting`, `dubious`,
    /// `history-unreadable`, `shortened`, `unconfirmed`.
    public var names: [String] {
        Self.names.filter { contains($0.0) }.map(\.1)
    }
}
