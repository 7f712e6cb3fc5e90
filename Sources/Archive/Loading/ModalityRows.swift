package import Sky

/// What a spectrum or a metadata row belongs to: an object by the survey's name, a position on the sky, or both.
package struct Belonging: Hashable, Sendable {
    /// The survey whose name of the object it is; nil where any survey's object of that name is meant.
    package var survey: SurveyName?
    /// The object's name; nil where only the position is known.
    package var objectId: String?
    /// Right ascension in degrees; nil where only the name is known.
    package var ra: Double?
    /// Declination in degrees.
    package var dec: Double?

    /// An object's name, a position, or both.
    package init(survey: SurveyName? = nil, objectId: String? = nil, ra: Double? = nil, dec: Double? = nil) {
        self.survey = survey
        self.objectId = objectId
        self.ra = ra
        self.dec = dec
    }

    /// Why it cannot be used; nil where it can.
    var fault: String? {
        if let ra, let dec {
            guard (0...360).contains(ra), (-90...90).contains(dec) else {
                return "ra \(ra), dec \(dec) is no position on the sky (degrees)"
            }
            return nil
        }
        guard ra == nil, dec == nil else { return "it has only one of ra and dec" }
        return objectId == nil ? "it has neither an object's name nor a position" : nil
    }
}

/// A spectrum to be loaded.
package struct SpectrumRow: Hashable, Sendable {
    /// What it belongs to.
    package var belonging: Belonging
    /// The spectrum; its id and embedding are not used.
    package var spectrum: Spectrum

    /// A spectrum and what it belongs to.
    package init(_ spectrum: Spectrum, of belonging: Belonging) {
        self.spectrum = spectrum
        self.belonging = belonging
    }

    var fault: String? {
        let count = spectrum.wavelength.count
        if count == 0 { return "the spectrum is empty" }
        if spectrum.flux.count != count || ![0, count].contains(spectrum.uncertainty.count) {
            return "\(count) wavelengths, \(spectrum.flux.count) fluxes and \(spectrum.uncertainty.count) uncertainties"
        }
        if !spectrum.wavelength.allSatisfy(\.isFinite) { return "a wavelength is not finite" }
        if !zip(spectrum.wavelength, spectrum.wavelength.dropFirst()).allSatisfy({ $0 < $1 }) {
            return "the wavelengths do not rise"
        }
        return belonging.fault
    }
}

/// A metadata row to be loaded.
package struct MetadataRow: Hashable, Sendable {
    /// What it belongs to.
    package var belonging: Belonging
    /// The metadata; its id and embedding are not used.
    package var metadata: Metadata
    /// Which catalogue it comes from.
    package var source: String

    /// Metadata and what it belongs to.
    package init(_ metadata: Metadata, of belonging: Belonging, source: String) {
        self.metadata = metadata
        self.belonging = belonging
        self.source = source
    }

    var fault: String? {
        metadata.fault ?? belonging.fault
    }
}

/// What a load did.
package struct LoadResult: Hashable, Sendable {
    /// Rows that are new.
    package var loaded: Int
    /// Rows that were there before, to the bit.
    package var known: Int
}
