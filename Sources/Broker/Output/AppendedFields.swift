import Archive
import Avro
import Sky
import Survey

/// Which fields are appended to an annotated alert from its message.
struct AppendedContents: Hashable, Sendable {
    /// The three cutouts.
    var cutouts: Bool
    /// Points of the packet's light curve.
    var lightCurve: DatumFraming.LightCurveExtent

    /// Nothing unless given.
    init(cutouts: Bool = false, lightCurve: DatumFraming.LightCurveExtent = .none) {
        self.cutouts = cutouts
        self.lightCurve = lightCurve
    }

    /// What was stored with an annotation.
    /// - Parameter cutouts: whether the cutouts are wanted now, which decides where it was not noted.
    init(_ framing: DatumFraming, cutouts: Bool) {
        self.init(cutouts: framing.appendsCutouts ?? cutouts, lightCurve: framing.lightCurve)
    }
}

/// The fields of an annotated alert that are not stored: light curve and cutouts are the message's own, and appended from
/// it when it is published, now or after a crash.
///
/// The light curve holds one point an exposure (`Exposures`), whatever its quality: that stands beside each point, and no
/// setting changes what is published again. Of a public alert it holds public points only.
struct AppendedFields: Sendable {
    /// Points of a recent light curve.
    static let recentPoints = 200
    /// What stands at the end of a datum for a field that is not appended: null.
    private static let absent: UInt8 = 0

    /// What these fields are.
    private(set) var contents = AppendedContents()
    /// The light curve's field, encoded; empty where it is not appended.
    private var lightCurve: [UInt8] = []
    /// The three fields of the cutouts, encoded; empty where they are not appended.
    private var cutouts: [UInt8] = []

    /// Nothing.
    init() {}

    /// What is wanted of an alert.
    ///
    /// - Parameter source: what the alert's cutouts are ranges of.
    init(_ wanted: AppendedContents, of alert: Alert, in source: UnsafeRawBufferPointer) {
        contents = wanted
        switch wanted.lightCurve {
        case .none: break
        case .recent: lightCurve = Self.lightCurveField(of: alert, newest: Self.recentPoints)
        case .full: lightCurve = Self.lightCurveField(of: alert, newest: .max)
        }
        if wanted.cutouts { cutouts = Self.cutoutFields(alert.cutouts, in: source) }
    }

    /// Leaves out the cutouts, and the light curve where the rest does not fit.
    ///
    /// - Parameter fits: whether fields of this size do.
    mutating func shorten(_ fits: (_ size: Int) -> Bool) {
        contents.cutouts = false
        cutouts = []
        guard !fits(size) else { return }
        contents.lightCurve = .none
        lightCurve = []
    }

    /// Bytes that the fields add to a datum.
    var size: Int { lightCurve.count + cutouts.count }

    /// The bytes that end a datum to which nothing was appended: unions that are null.
    static func emptyCount(in version: AnnotatedAlertVersion) -> Int { version.appendsLightCurve ? 4 : 3 }

    /// The datum with these fields.
    func appended(to datum: [UInt8], version: AnnotatedAlertVersion) -> [UInt8] {
        let stored = datum.dropLast(Self.emptyCount(in: version))
        var result: [UInt8] = []
        result.reserveCapacity(stored.count + size + 4)
        result += stored
        if version.appendsLightCurve {
            result += lightCurve.isEmpty ? [Self.absent] : lightCurve
        }
        result += cutouts.isEmpty ? [Self.absent, Self.absent, Self.absent] : cutouts
        return result
    }

    private static func cutoutFields(_ cutouts: Cutouts, in source: UnsafeRawBufferPointer) -> [UInt8] {
        let images = [cutouts.science, cutouts.template, cutouts.difference]
        var encoder = AvroEncoder(capacity: images.reduce(32) { $0 + ($1?.count ?? 0) })
        for image in images {
            encoder.optional(image) { $1.bytes(UnsafeRawBufferPointer(rebasing: source[$0])) }
        }
        return encoder.bytes
    }

    private static func lightCurveField(of alert: Alert, newest count: Int) -> [UInt8] {
        let points = alert.exposures(quality: .everything).suffix(count)
        var encoder = AvroEncoder(capacity: 16 + 96 * points.count)
        encoder.union(1)
        encoder.array(points) { point, encoder in
            encoder.double(point.mjd)
            encoder.string(point.band.name)
            encoder.string(point.kind.name)
            encoder.known(point.flux)
            encoder.known(point.fluxErr)
            encoder.known(point.totalFlux)
            encoder.known(point.totalFluxErr)
            encoder.optional(point.quality.score.isNaN ? nil : point.quality.score) { $1.float($0) }
            encoder.optional(point.quality.kind.name) { $1.string($0) }
            encoder.array(Surveys.names(of: point.quality.flags, survey: alert.survey)) { $1.string($0) }
            encoder.optional(SurveyProgram.number(point.programId)) {
                $1.int(Int32($0))
            }
        }
        return encoder.bytes
    }
}

extension LightCurve.Kind {
    /// The name as it goes out.
    var name: String {
        switch self {
        case .detection: "detection"
        case .forced: "forced"
        case .upperLimit: "upper-limit"
        }
    }
}
