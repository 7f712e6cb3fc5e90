internal import Avro

/// Writes Rubin alert packets of schemas 10.0 to 11.1.
struct LSSTPacketWriter: PacketWriter {
    let historyDays = 180
    private let frame: PacketFrame
    private let fieldNames: [String]
    private let stamps: LSSTStamps?
    private var source: Row
    private var previousSource: Row
    private var forced: Row
    private var object: Row
    private var solarSystem: Row
    private var orbit: Row
    private var encoder = AvroEncoder(capacity: 200_000)

    init(seed: UInt64, version: (major: Int, minor: Int), settings: SimulationSettings) throws(SimulationError) {
        guard (10...11).contains(version.major) else {
            throw SimulationError(
                "LSST schema \(version.major).\(version.minor): 10.0, 10.1, 11.0 and 11.1 are written"
            )
        }
        let file = "lsst/lsst.v\(version.major)_\(version.minor).alert.avsc"
        let schema = try SchemaLocation.alertSchema(file, in: settings.schemas)
        let shapes = try DatumShapes(schema)
        let fields = shapes.fields(shapes.root) ?? []
        func row(_ name: String) throws(SimulationError) -> Row {
            guard let field = fields.first(where: { $0.name == name }) else {
                throw SimulationError("\(file) has no field \(name)")
            }
            return try Row(field.shape, in: shapes)
        }
        frame = try PacketFrame(
            settings.framing ?? .confluent,
            schema: schema,
            schemaId: PacketFrame.registryId(schema)
        )
        fieldNames = fields.map(\.name)
        stamps = settings.cutouts ? LSSTStamps(seed: seed) : nil
        source = try row("diaSource")
        previousSource = try row("prvDiaSources")
        forced = try row("prvDiaForcedSources")
        object = try row("diaObject")
        solarSystem = try row("ssSource")
        orbit = try row("mpc_orbits")
    }

    func alertId(_ source: SimulatedSource, _ alert: Measurement) -> Int64 {
        SurveyNames.lsstSource(alert.exposure, slot: source.placement.slot)
    }

    func objectId(_ source: SimulatedSource) -> String {
        source.asteroid.map { "sso:\(LSSTRows.solarSystemId($0))" } ?? String(SurveyNames.lsstObject(source.number))
    }

    mutating func packet(_ source: SimulatedSource, _ alert: Measurement, previous: [Measurement]) -> [UInt8] {
        encoder.removeAll()
        let id = alertId(source, alert)
        let images = stamps?.images(source, alert)
        for name in fieldNames {
            switch name {
            case "diaSourceId": encoder.long(id)
            case "diaSource":
                self.source.clear()
                LSSTRows.setSource(&self.source, source, alert, id)
                self.source.encode(into: &encoder)
            case "prvDiaSources": appendPrevious(source, previous)
            case "prvDiaForcedSources": appendForced(source, previous)
            case "diaObject": appendObject(source, alert, previous)
            case "ssSource": appendSolarSystem(source, alert, id)
            case "mpc_orbits": appendOrbit(source)
            case "cutoutDifference": append(images?.difference)
            case "cutoutScience": append(images?.science)
            case "cutoutTemplate": append(images?.template)
            default: encoder.union(0)
            }
        }
        return frame.message(encoder.bytes, marker: UInt64(bitPattern: id))
    }

    private mutating func append(_ image: [UInt8]?) {
        guard let image else { return encoder.union(0) }
        encoder.union(1)
        encoder.bytes(image)
    }

    private mutating func appendPrevious(_ source: SimulatedSource, _ previous: [Measurement]) {
        let detected = source.asteroid == nil ? previous.filter(\.isDetected) : []
        guard !detected.isEmpty else { return encoder.union(0) }
        encoder.union(1)
        encoder.blockStart(detected.count)
        for measurement in detected {
            previousSource.clear()
            LSSTRows.setSource(&previousSource, source, measurement, alertId(source, measurement))
            previousSource.encode(into: &encoder)
        }
        encoder.blocksEnd()
    }

    private mutating func appendForced(_ source: SimulatedSource, _ previous: [Measurement]) {
        guard source.asteroid == nil, !previous.isEmpty else { return encoder.union(0) }
        encoder.union(1)
        encoder.blockStart(previous.count)
        for measurement in previous {
            forced.clear()
            LSSTRows.setForced(&forced, source, measurement)
            forced.encode(into: &encoder)
        }
        encoder.blocksEnd()
    }

    private mutating func appendObject(_ source: SimulatedSource, _ alert: Measurement, _ previous: [Measurement]) {
        guard source.asteroid == nil else { return encoder.union(0) }
        encoder.union(1)
        object.clear()
        LSSTRows.setObject(&object, source, alert, previous)
        object.encode(into: &encoder)
    }

    private mutating func appendSolarSystem(_ source: SimulatedSource, _ alert: Measurement, _ id: Int64) {
        guard let asteroid = source.asteroid else { return encoder.union(0) }
        encoder.union(1)
        solarSystem.clear()
        LSSTRows.setSolarSystem(&solarSystem, source, asteroid, alert, id)
        solarSystem.encode(into: &encoder)
    }

    private mutating func appendOrbit(_ source: SimulatedSource) {
        guard let asteroid = source.asteroid else { return encoder.union(0) }
        encoder.union(1)
        orbit.clear()
        LSSTRows.setOrbit(&orbit, asteroid)
        orbit.encode(into: &encoder)
    }
}
