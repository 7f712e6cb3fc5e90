package import Sky

/// What catalogues know of one simulated object: rows to be loaded into an archive.
package struct CatalogueEntry: Sendable {
    /// The object's name in its survey.
    package let objectId: String
    /// Right ascension in degrees (J2000).
    package let ra: Double
    /// Declination in degrees (J2000).
    package let dec: Double
    /// What the object really is.
    package let sourceClass: SourceClass
    /// When the rows become known (MJD); before the first night for the catalogues of old.
    package let mjd: Double
    /// Its catalogue metadata, where it has any.
    package let metadata: Metadata?
    /// Its spectrum, where it has one.
    package let spectrum: Spectrum?
}
