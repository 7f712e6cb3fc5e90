/// The programs that exposures are made for.
public enum SurveyProgram {
    /// Whether everybody may see the data of a program: ZTF's 2 (partnership) and 3 (Caltech) are not public.
    public static func isPublic(_ programId: some BinaryInteger) -> Bool {
        programId != 2 && programId != 3
    }
}
