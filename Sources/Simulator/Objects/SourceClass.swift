/// What a simulated source really is; the raw value is its label, in the field's usual spelling.
package enum SourceClass: String, Hashable, Sendable, CaseIterable {
    /// Thermonuclear supernova.
    case supernovaIa = "SN Ia"
    /// Stripped-envelope supernova.
    case supernovaIbc = "SN Ibc"
    /// Supernova of a hydrogen-rich star, with a plateau.
    case supernovaII = "SN II"
    /// Supernova that runs into circumstellar matter.
    case supernovaIIn = "SN IIn"
    /// Superluminous supernova.
    case superluminous = "SLSN"
    /// Star torn apart by a massive black hole.
    case tidalDisruption = "TDE"
    /// RR Lyrae star in the fundamental mode.
    case rrLyraeAB = "RRAB"
    /// RR Lyrae star in the first overtone.
    case rrLyraeC = "RRC"
    /// Delta Scuti star.
    case deltaScuti = "DSCT"
    /// Delta Scuti star of high amplitude.
    case highAmplitudeDeltaScuti = "HADS"
    /// Classical Cepheid.
    case cepheid = "CEP"
    /// Mira.
    case mira = "M"
    /// Semi-regular red giant.
    case semiRegular = "SR"
    /// Detached eclipsing binary.
    case eclipsingDetached = "EA"
    /// Semi-detached eclipsing binary.
    case eclipsingSemiDetached = "EB"
    /// Contact binary.
    case eclipsingContact = "EW"
    /// Rotating spotted star.
    case rotating = "ROT"
    /// Active galactic nucleus.
    case activeNucleus = "AGN"
    /// Cataclysmic variable with outbursts.
    case cataclysmic = "CV"
    /// Young stellar object.
    case youngStar = "YSO"
    /// Star magnified by a gravitational lens.
    case microlensing = "microlensing"
    /// Asteroid.
    case asteroid = "asteroid"
    /// Artefact of the detector or of the subtraction.
    case bogus = "bogus"

    /// How a source of this class comes into being.
    enum Life {
        /// It is there all the time.
        case persistent
        /// It appears once and fades away.
        case transient
        /// It belongs to the Solar System and moves.
        case moving
        /// It is there in one exposure only.
        case instant
    }

    var life: Life {
        switch self {
        case .supernovaIa, .supernovaIbc, .supernovaII, .supernovaIIn, .superluminous, .tidalDisruption, .microlensing:
            .transient
        case .asteroid: .moving
        case .bogus: .instant
        default: .persistent
        }
    }

    /// Whether it lies outside the Galaxy.
    var isExtragalactic: Bool {
        switch self {
        case .supernovaIa, .supernovaIbc, .supernovaII, .supernovaIIn, .superluminous, .tidalDisruption,
            .activeNucleus:
            true
        default: false
        }
    }

    /// A number that never changes, for seeds.
    var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
