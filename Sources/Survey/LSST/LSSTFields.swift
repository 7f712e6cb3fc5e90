internal import Avro

/// What is read of an LSST packet, under the names that it has had since version 7.
struct LSSTFields {
    let alertId: ReaderField<Int64>
    let diaObjectId: ReaderField<Int64>
    let ssObjectId: ReaderField<Int64>
    let ra: ReaderField<Double>
    let dec: ReaderField<Double>
    let source: LSSTSourceFields
    let snr: ReaderField<Double>
    let reliability: ReaderField<Double>
    let extendedness: ReaderField<Double>
    let solarSystem: LSSTSolarSystemFields
    let previousSources: ReaderList
    let previous: LSSTSourceFields
    let forcedSources: ReaderList
    let forced: LSSTSourceFields
    let nondetectionLimits: ReaderList
    let limitMjd: ReaderField<Double>
    let limitBand: ReaderField<String>
    let limitNoise: ReaderField<Double>
    let science: ReaderField<Range<Int>>
    let template: ReaderField<Range<Int>>
    let difference: ReaderField<Range<Int>>

    init(_ reader: inout ReaderSchema) {
        // From version 8 on the alert has no id of its own but its source's, at the top level.
        alertId = reader.long("diaSourceId", "diaSource.diaSourceId", required: true)
        diaObjectId = reader.long("diaSource.diaObjectId")
        ssObjectId = reader.long("diaSource.ssObjectId")
        ra = reader.double("diaSource.ra", required: true)
        dec = reader.double("diaSource.dec", required: true)
        source = LSSTSourceFields(&reader, id: "diaSource.diaSourceId", prefix: "diaSource.", list: nil)
        snr = reader.double("diaSource.snr")
        reliability = reader.double("diaSource.reliability")
        extendedness = reader.double("diaSource.extendedness")
        solarSystem = LSSTSolarSystemFields(&reader)
        previousSources = reader.list("prvDiaSources")
        previous = LSSTSourceFields(&reader, id: "diaSourceId", prefix: "", list: previousSources)
        forcedSources = reader.list("prvDiaForcedSources")
        forced = LSSTSourceFields(&reader, id: "diaForcedSourceId", prefix: "", list: forcedSources)
        nondetectionLimits = reader.list("prvDiaNondetectionLimits")
        limitMjd = reader.double("midpointMjdTai", in: nondetectionLimits)
        limitBand = reader.string("band", in: nondetectionLimits)
        limitNoise = reader.double("diaNoise", in: nondetectionLimits)
        science = reader.bytes("cutoutScience")
        template = reader.bytes("cutoutTemplate")
        difference = reader.bytes("cutoutDifference")
    }
}

/// The photometry of one visit, in `diaSource`, `prvDiaSources` and `prvDiaForcedSources` alike.
struct LSSTSourceFields {
    let id: ReaderField<Int64>
    let mjd: ReaderField<Double>
    let band: ReaderField<String>
    /// Difference flux.
    let psfFlux: ReaderField<Double>
    let psfFluxErr: ReaderField<Double>
    /// Total flux, from version 8 on.
    let scienceFlux: ReaderField<Double>
    let scienceFluxErr: ReaderField<Double>
    let timeWithdrawn: ReaderField<Double>

    init(_ reader: inout ReaderSchema, id name: String, prefix: String, list: ReaderList?) {
        id = reader.long(name, in: list)
        mjd = reader.double(prefix + "midpointMjdTai", in: list, required: true)
        band = reader.string(prefix + "band", in: list)
        psfFlux = reader.double(prefix + "psfFlux", in: list, required: true)
        psfFluxErr = reader.double(prefix + "psfFluxErr", in: list, required: true)
        scienceFlux = reader.double(prefix + "scienceFlux", in: list)
        scienceFluxErr = reader.double(prefix + "scienceFluxErr", in: list)
        timeWithdrawn = reader.double(prefix + "timeWithdrawnMjdTai", in: list)
    }
}

/// The Solar System object that a source is associated with: `ssSource` and `MPCORB`, from version 10 on
/// `mpc_orbits`.
struct LSSTSolarSystemFields {
    let designation: ReaderField<String>
    let orbitDesignation: ReaderField<String>
    /// Arcseconds, from version 10 on.
    let offset: ReaderField<Double>
    /// Degrees, versions 8 and 9.
    let residualRa: ReaderField<Double>
    /// Degrees, versions 8 and 9.
    let residualDec: ReaderField<Double>
    let magnitude: ReaderField<Double>

    init(_ reader: inout ReaderSchema) {
        designation = reader.string("ssSource.designation", "ssObject.designation")
        orbitDesignation = reader.string("mpc_orbits.designation", "MPCORB.mpcDesignation")
        offset = reader.double("ssSource.ephOffset")
        residualRa = reader.double("ssSource.residualRa")
        residualDec = reader.double("ssSource.residualDec")
        magnitude = reader.double("ssSource.ephVmag", "ssSource.predictedVMagnitude")
    }
}
