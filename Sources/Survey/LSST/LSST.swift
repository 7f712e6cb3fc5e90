internal import Avro
public import Sky

/// The Legacy Survey of Space and Time of the Vera C. Rubin Observatory (alert packets: github.com/lsst/alert_packet;
/// their content: LSE-163, the Data Products Definition Document).
public struct LSST: PacketFormat {
    /// `lsst`
    public static let name = SurveyName("lsst")

    /// The bands u, g, r, i, z and y; effective wavelengths of the throughputs v1.9 with detector, mirrors, lenses,
    /// filters and the atmosphere at airmass 1.2, as Rubin's own wavefront pipeline has them (lsst-ts/ts_wep,
    /// policy/instruments/LsstCam.yaml; throughputs: smtn-002.lsst.io).
    public static let bands = [
        Band("u", wavelength: 370.9),
        Band("g", wavelength: 476.7),
        Band("r", wavelength: 619.4),
        Band("i", wavelength: 753.9),
        Band("z", wavelength: 866.8),
        Band("y", wavelength: 973.9),
    ]

    /// `midpointMjdTai` is the middle of the visit in TAI.
    public static let timeScale = TimeScale.taiMiddle

    static let schemaNames = "lsst.v7_0.alert and later"

    /// Versions before 7 have other fields and were never sent.
    static func claims(_ schemaName: String) -> Bool {
        guard let version = SchemaVersion.version(inName: schemaName, prefix: name.name),
            let major = Int(version.prefix { $0 != "." })
        else { return false }
        return major >= 7
    }

    static func version(of schema: AvroSchema) -> String {
        SchemaVersion.version(inName: schema.name ?? "", prefix: name.name) ?? ""
    }

    let reader: ReaderSchema
    let fields: LSSTFields
    let bandTable = BandTable(Self.bands)

    init() {
        var reader = ReaderSchema()
        fields = LSSTFields(&reader)
        self.reader = reader
    }
}
