public import Sky

/// What catalogues know of one simulated object: rows to be loaded into an archive.
public struct CatalogueEntry: Sendable {
    /// The object's name in its survey.
    public let objectId: String
    /// Right ascension in degrees (J2000).
    public let ra: Double
    /// Declination in degrees (J2000).
    public let dec: Double
    /// What the object really is.
    public let sourceClass: SourceClass
    /// When the rows become known (MJD); before the first night for the catalogues of old.
    public let mjd: Double
    /// Its catalogue metadata, where it has any.
    public let metadata: Metadata?
    /// Its spectrum, where it has one.
    public let spectrum: Spectrum?
}
