internal import Avro
import Ground

/// Writes ZTF alert packets of schema 4.02.
struct ZTFPacketWriter: PacketWriter {
    let historyDays = 30
    private let seed: UInt64
    private let grid: FieldGrid
    private let frame: PacketFrame
    private let fieldNames: [String]
    private let stamps: ZTFStamps?
    private var candidate: Row
    private var previousCandidate: Row
    private var forced: Row
    private var encoder = AvroEncoder(capacity: 80_000)

    init(seed: UInt64, grid: FieldGrid, settings: SimulationSettings) throws(SimulationError) {
        let schema = try SchemaLocation.alertSchema("ztf/ztf.v4_02.alert.avsc", in: settings.schemas)
        let shapes = try DatumShapes(schema)
        let fields = shapes.fields(shapes.root) ?? []
        func row(_ name: String) throws(SimulationError) -> Row {
            guard let field = fields.first(where: { $0.name == name }) else {
                throw SimulationError("the schema of ZTF 4.02 has no field \(name)")
            }
            return try Row(field.shape, in: shapes)
        }
        self.seed = seed
        self.grid = grid
        frame = try PacketFrame(settings.framing ?? .container, schema: schema, schemaId: nil)
        fieldNames = fields.map(\.name)
        stamps = settings.cutouts ? ZTFStamps(seed: seed) : nil
        candidate = try row("candidate")
        previousCandidate = try row("prv_candidates")
        forced = try row("fp_hists")
    }

    func alertId(_ source: SimulatedSource, _ alert: Measurement) -> Int64 {
        let exposure = alert.exposure
        return SurveyNames.ztfCandidate(
            processing: SurveyNames.ztfProcessing(exposure.mjd, channel: source.placement.detector),
            isPositive: alert.flux > 0,
            number: source.placement.slot
        )
    }

    func objectId(_ source: SimulatedSource) -> String {
        SurveyNames.ztfObject(
            source.number,
            year: CalendarDate(mjd: Int(source.firstDetection)).year,
            seed: seed
        )
    }

    mutating func packet(_ source: SimulatedSource, _ alert: Measurement, previous: [Measurement]) -> [UInt8] {
        encoder.removeAll()
        let images = stamps?.images(source, alert)
        let id = alertId(source, alert)
        let processing = SurveyNames.ztfProcessing(alert.exposure.mjd, channel: source.placement.detector)
        for name in fieldNames {
            switch name {
            case "schemavsn": encoder.string("4.02")
            case "publisher": encoder.string("ZTF (www.ztf.caltech.edu)")
            case "objectId": encoder.string(objectId(source, alert))
            case "candid": encoder.long(id)
            case "candidate": appendCandidate(source, alert)
            case "prv_candidates": appendPrevious(source, previous)
            case "fp_hists": appendForced(source, previous)
            case "cutoutScience": append(images?.science, "candid\(id)_pid\(processing)_targ_sci.fits.gz")
            case "cutoutTemplate": append(images?.template, "candid\(id)_ref.fits.gz")
            case "cutoutDifference": append(images?.difference, "candid\(id)_pid\(processing)_targ_refmsci.fits.gz")
            default: encoder.union(0)
            }
        }
        return frame.message(encoder.bytes, marker: UInt64(bitPattern: id))
    }

    private mutating func append(_ image: [UInt8]?, _ name: String) {
        guard let image else { return encoder.union(0) }
        encoder.union(1)
        encoder.string(name)
        encoder.bytes(image)
    }

    private mutating func appendCandidate(_ source: SimulatedSource, _ alert: Measurement) {
        candidate.clear()
        ZTFRows.setExposure(&candidate, source, alert, field: grid.firstField + source.placement.field, archived: false)
        ZTFRows.setDetection(&candidate, source, alert, alertId(source, alert))
        ZTFRows.setAlert(&candidate, source, alert, field: grid.firstField + source.placement.field)
        candidate.encode(into: &encoder)
    }

    private mutating func appendPrevious(_ source: SimulatedSource, _ previous: [Measurement]) {
        guard !previous.isEmpty else { return encoder.union(0) }
        encoder.union(1)
        encoder.blockStart(previous.count)
        let field = grid.firstField + source.placement.field
        for measurement in previous {
            previousCandidate.clear()
            ZTFRows.setExposure(&previousCandidate, source, measurement, field: field, archived: true)
            if measurement.isDetected {
                ZTFRows.setDetection(&previousCandidate, source, measurement, alertId(source, measurement))
            }
            previousCandidate.encode(into: &encoder)
        }
        encoder.blocksEnd()
    }

    private mutating func appendForced(_ source: SimulatedSource, _ previous: [Measurement]) {
        guard !previous.isEmpty else { return encoder.union(0) }
        encoder.union(1)
        encoder.blockStart(previous.count)
        let field = grid.firstField + source.placement.field
        for measurement in previous {
            forced.clear()
            ZTFRows.setForced(&forced, source, measurement, field: field)
            forced.encode(into: &encoder)
        }
        encoder.blocksEnd()
    }
}
