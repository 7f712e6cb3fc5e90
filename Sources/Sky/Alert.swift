/// One alert of a survey, in the field's own terms and free of the survey's packet format.
///
/// A survey's "no value" (null, NaN, -999, -99999, ...) is no value here: nil for optionals, NaN for fluxes.
public struct Alert: Hashable, Sendable {
    /// The survey that sent it.
    public var survey: SurveyName
    /// The version of the packet's schema as the packet or its schema names it, empty where neither does.
    public var schemaVersion: String
    /// ZTF `candid`; LSST and ELAsTiCC `diaSourceId`.
    public var alertId: Int64
    /// ZTF `objectId`; `diaObjectId` where it is not 0; else `sso:<ssObjectId>`; else `source:<diaSourceId>`.
    public var objectId: String
    /// Right ascension in degrees (ICRS, J2000).
    public var ra: Double
    /// Declination in degrees (ICRS, J2000).
    public var dec: Double
    /// Time of the detection in days (MJD), in the scale and meaning of `timeScale`.
    public var mjd: Double
    /// What `mjd`, here and in the history, means.
    public var timeScale: TimeScale
    /// Band of the detection.
    public var band: Band
    /// The middle of the exposure in TAI (MJD, days), whatever `timeScale` is.
    public var mjdTai: Double
    /// The survey's program that paid for the exposure (ZTF `programid`), `SurveyProgram.none` where the survey
    /// has none.
    public var programId: Int8
    /// The detection that made the alert and the packet's earlier ones, by time: all of them, also those that fail the
    /// quality rule, rivals in one exposure and withdrawn ones. `exposures(quality:)` tells what stands.
    public var detections: [PhotometricPoint]
    /// Exposures without a detection, by time.
    public var upperLimits: [PhotometricPoint]
    /// Forced photometry, by time.
    public var forced: [PhotometricPoint]
    /// Rows of the history that were left out because their time or flux cannot be used (`historyUnreadable`).
    public var unreadableRows: Int = 0
    /// The survey's own opinion of the detection.
    public var quality: AlertQuality
    /// What the survey says of the surroundings.
    public var context: AlertContext
    /// What a reader has to know.
    public var flags: AlertFlags
    /// Where the images stand in the packet.
    public var cutouts: Cutouts

    /// Whether everybody may see it: ZTF's programs 2 (partnership) and 3 (Caltech) are not public.
    public var isPublic: Bool { SurveyProgram.isPublic(programId) }

    /// An alert; everything that a survey may leave out has a default. `mjdTai` is `mjd` unless given.
    public init(
        survey: SurveyName,
        schemaVersion: String = "",
        alertId: Int64,
        objectId: String,
        ra: Double,
        dec: Double,
        mjd: Double,
        timeScale: TimeScale,
        band: Band,
        mjdTai: Double? = nil,
        programId: Int8 = SurveyProgram.none,
        detections: [PhotometricPoint],
        upperLimits: [PhotometricPoint] = [],
        forced: [PhotometricPoint] = [],
        quality: AlertQuality = AlertQuality(),
        context: AlertContext = AlertContext(),
        flags: AlertFlags = [],
        cutouts: Cutouts = Cutouts()
    ) {
        self.survey = survey
        self.schemaVersion = schemaVersion
        self.alertId = alertId
        self.objectId = objectId
        self.ra = ra
        self.dec = dec
        self.mjd = mjd
        self.timeScale = timeScale
        self.band = band
        self.mjdTai = mjdTai ?? mjd
        self.programId = programId
        self.detections = detections
        self.upperLimits = upperLimits
        self.forced = forced
        self.quality = quality
        self.context = context
        self.flags = flags
        self.cutouts = cutouts
    }
}

/// The three images of an alert as ranges of bytes in the datum that it was decoded from: never copied by the
/// decoder, nil where the packet has none. ZTF's are gzipped FITS (JPEG in some packets without `schemavsn`), LSST's
/// FITS.
public struct Cutouts: Hashable, Sendable {
    /// Bytes of the science image.
    public var science: Range<Int>?
    /// Bytes of the template (reference) image.
    public var template: Range<Int>?
    /// Bytes of the difference image.
    public var difference: Range<Int>?

    /// Cutouts, absent unless given.
    public init(science: Range<Int>? = nil, template: Range<Int>? = nil, difference: Range<Int>? = nil) {
        self.science = science
        self.template = template
        self.difference = difference
    }
}
