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
    let reliabilityVersion: ReaderField<String>
    let extendedness: ReaderField<Double>
    let detectionCount: ReaderField<Int64>
    let firstDetection: ReaderField<Double>
    let trail: LSSTFitFields
    let dipole: LSSTFitFields
    let solarSystem: LSSTSolarSystemFields
    let previousSources: ReaderList
    let previous: LSSTSourceFields
    let previousRa: ReaderField<Double>
    let previousDec: ReaderField<Double>
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
        reliabilityVersion = reader.string("diaSource.reliabilityVersion")
        extendedness = reader.double("diaSource.extendedness")
        detectionCount = reader.long("diaObject.nDiaSources")
        firstDetection = reader.double("diaObject.firstDiaSourceMjdTai")
        trail = LSSTFitFields(&reader, "trail", flux: "Flux")
        dipole = LSSTFitFields(&reader, "dipole", flux: "MeanFlux")
        solarSystem = LSSTSolarSystemFields(&reader)
        previousSources = reader.list("prvDiaSources")
        previous = LSSTSourceFields(&reader, id: "diaSourceId", prefix: "", list: previousSources)
        previousRa = reader.double("ra", in: previousSources)
        previousDec = reader.double("dec", in: previousSources)
        forcedSources = reader.list("prvDiaForcedSources")
        forced = LSSTSourceFields(&reader, id: "diaForcedSourceId", prefix: "", list: forcedSources, isForced: true)
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
    let reliability: ReaderField<Double>
    /// By bit, as `LSST.flagNames` has them; none for forced photometry.
    let flags: ReaderField<UInt64>

    init(_ reader: inout ReaderSchema, id name: String, prefix: String, list: ReaderList?, isForced: Bool = false) {
        id = reader.long(name, in: list)
        mjd = reader.double(prefix + "midpointMjdTai", in: list, required: true)
        band = reader.string(prefix + "band", in: list)
        psfFlux = reader.double(prefix + "psfFlux", in: list, required: true)
        psfFluxErr = reader.double(prefix + "psfFluxErr", in: list, required: true)
        scienceFlux = reader.double(prefix + "scienceFlux", in: list)
        scienceFluxErr = reader.double(prefix + "scienceFluxErr", in: list)
        timeWithdrawn = reader.double(prefix + "timeWithdrawnMjdTai", in: list)
        reliability = reader.double(prefix + "reliability", in: list)
        flags = reader.flags(isForced ? [] : LSST.flagNames.map { prefix + $0 }, in: list)
    }
}

/// The fit of a trail or of a dipole to the alert's source.
struct LSSTFitFields {
    let flux: ReaderField<Double>
    let fluxDifference: ReaderField<Double>
    let length: ReaderField<Double>
    let angle: ReaderField<Double>
    let chi2: ReaderField<Double>
    let dataCount: ReaderField<Int64>

    init(_ reader: inout ReaderSchema, _ name: String, flux fluxName: String) {
        flux = reader.double("diaSource.\(name)\(fluxName)")
        fluxDifference = reader.double("diaSource.\(name)FluxDiff")
        length = reader.double("diaSource.\(name)Length")
        angle = reader.double("diaSource.\(name)Angle")
        chi2 = reader.double("diaSource.\(name)Chi2")
        dataCount = reader.long("diaSource.\(name)Ndata")
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
