internal import Avro
public import Sky

/// The Zwicky Transient Facility (Bellm et al. 2019, PASP 131, 018002; alert packets: Masci et al. 2019, PASP 131,
/// 018003; schemas: github.com/ZwickyTransientFacility/ztf-avro-alert).
///
/// Packets of every version are read, those of 2017-18 without `schemavsn` too: the fields that are used kept their
/// names and their meaning.
public struct ZTF: PacketFormat {
    /// `ztf`
    public static let name = SurveyName("ztf")

    /// The bands g, r and i (`fid` 1, 2, 3); effective wavelengths of Palomar/ZTF.g, .r and .i in the SVO Filter
    /// Profile Service (svo2.cab.inta-csic.es): 4746.48, 6366.38 and 7829.03 Angstrom.
    public static let bands = [
        Band("g", wavelength: 474.648),
        Band("r", wavelength: 636.638),
        Band("i", wavelength: 782.903),
    ]

    /// `candidate.jd` is the start of the exposure in UTC.
    public static let timeScale = TimeScale.utcStart

    static let schemaNames = "ztf.alert"

    static func claims(_ schemaName: String) -> Bool { schemaName == "ztf.alert" }

    /// The attribute `version` of the schema; the packet's own `schemavsn`, where it has one, comes before it.
    static func version(of schema: AvroSchema) -> String { schema.attribute("version")?.text ?? "" }

    let reader: ReaderSchema
    let fields: ZTFFields

    init() {
        var reader = ReaderSchema()
        fields = ZTFFields(&reader)
        self.reader = reader
    }

    /// Filter ids that may be: ZTF has three, and a camera does not get a hundred.
    static let filterIds: ClosedRange<Int64> = 1...99

    /// The band of a filter id; an id that ZTF has not yet has no wavelength, and what is no filter id has no name
    /// either (a point of the history keeps its flux without it).
    static func band(_ fid: Int64) -> Band {
        switch fid {
        case 1: bandG
        case 2: bandR
        case 3: bandI
        case filterIds: Band("fid\(fid)", wavelength: .nan)
        default: Band("", wavelength: .nan)
        }
    }

    private static let (bandG, bandR, bandI) = (bands[0], bands[1], bands[2])
}
