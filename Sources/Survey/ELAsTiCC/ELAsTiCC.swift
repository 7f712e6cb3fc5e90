internal import Avro
public import Sky

/// The Extended LSST Astronomical Time-series Classification Challenge: a simulated stream of the LSST Dark Energy
/// Science Collaboration (schemas: github.com/LSSTDESC/elasticc).
public struct ELAsTiCC: PacketFormat {
    /// `elasticc`
    public static let name = SurveyName("elasticc")

    /// LSST's bands, of which ELAsTiCC writes the last with a capital letter.
    public static let bands = LSST.bands.map { $0.name == "y" ? Band("Y", wavelength: $0.wavelength) : $0 }

    /// `midPointTai` is the middle of the visit in TAI.
    public static let timeScale = TimeScale.taiMiddle

    /// Fluxes are SNANA's FLUXCAL with zero point 27.5 (`psFlux` is FLUXCAL: "A_FORMAT.TXT" of the ELAsTiCC training
    /// samples, portal.nersc.gov/cfs/lsst/DESC_TD_PUBLIC/ELASTICC; mag = 27.5 - 2.5 log10 FLUXCAL: the SNANA manual,
    /// github.com/RickKessler/SNANA). In nJy: FLUXCAL x 10^((31.4 - 27.5) / 2.5).
    public static let nanojanskyPerFluxcal = Flux.nanojansky(magnitude: 27.5)

    static let schemaNames = "elasticc.v0_9.alert and later"

    static func claims(_ schemaName: String) -> Bool {
        SchemaVersion.version(inName: schemaName, prefix: name.name) != nil
    }

    static func version(of schema: AvroSchema) -> String {
        SchemaVersion.version(inName: schema.name ?? "", prefix: name.name) ?? ""
    }

    let reader: ReaderSchema
    let fields: ELAsTiCCFields
    let bandTable = BandTable(Self.bands)

    init() {
        var reader = ReaderSchema()
        fields = ELAsTiCCFields(&reader)
        self.reader = reader
    }
}
