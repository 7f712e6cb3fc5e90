/// The name of a sky survey, as it stands in annotated alerts and in the archive: `ztf`, `lsst`, `elasticc`.
///
/// The names themselves are declared in the survey's own folder of the module `Survey`, so that a new survey adds
/// nothing here.
public struct SurveyName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The name in lower case.
    public let name: String

    /// Names a survey.
    public init(_ name: String) {
        self.name = name
    }

    /// The name in lower case.
    public var description: String { name }

    /// Orders surveys by name.
    public static func < (left: SurveyName, right: SurveyName) -> Bool {
        left.name < right.name
    }
}
