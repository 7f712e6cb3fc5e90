/// The programs that exposures are made for.
public enum SurveyProgram {
    /// Of a survey that has no programs.
    public static let none: Int8 = -1

    /// Of a packet of a survey that has programs, which does not tell its own in a way that is understood.
    public static let unknown: Int8 = -2

    /// Of a point that was stored when its program was not noted.
    public static let unnoted: Int8 = -3

    /// Whether everybody may see the data of a program: ZTF's 2 (partnership) and 3 (Caltech) are not public, and
    /// neither is what nobody knows.
    public static func isPublic(_ programId: some BinaryInteger) -> Bool {
        programId != 2 && programId != 3 && programId != unknown && programId != unnoted
    }

    /// Whether everybody may see a survey's data of a program; what was not noted of a survey without programs is public.
    public static func isPublic(_ programId: Int8, of survey: SurveyName) -> Bool {
        isPublic(programId) || (programId == unnoted && !surveys.contains(survey))
    }

    /// The surveys that have programs.
    private static let surveys: Set<SurveyName> = [SurveyName("ztf")]

    /// The program as the survey numbers it; nil where there is none or it is not known.
    public static func number(_ programId: Int8) -> Int8? {
        programId < 0 ? nil : programId
    }
}
