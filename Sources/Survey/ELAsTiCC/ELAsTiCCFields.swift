internal import Avro

/// What is read of an ELAsTiCC packet. Its `alertId` is not: nearly all packets carry the same.
struct ELAsTiCCFields {
    let diaObjectId: ReaderField<Int64>
    let ra: ReaderField<Double>
    let dec: ReaderField<Double>
    let source: ELAsTiCCSourceFields
    let previousSources: ReaderList
    let previous: ELAsTiCCSourceFields
    let previousRa: ReaderField<Double>
    let previousDec: ReaderField<Double>
    let forcedSources: ReaderList
    let forced: ELAsTiCCSourceFields
    /// Version 0.9 only.
    let nondetectionLimits: ReaderList
    let limitMjd: ReaderField<Double>
    let limitBand: ReaderField<String>
    let limitNoise: ReaderField<Double>
    let template: ReaderField<Range<Int>>
    let difference: ReaderField<Range<Int>>

    init(_ reader: inout ReaderSchema) {
        diaObjectId = reader.long("diaSource.diaObjectId")
        ra = reader.double("diaSource.ra", required: true)
        dec = reader.double("diaSource.decl", required: true)
        source = ELAsTiCCSourceFields(&reader, id: "diaSource.diaSourceId", prefix: "diaSource.", list: nil)
        previousSources = reader.list("prvDiaSources")
        previous = ELAsTiCCSourceFields(&reader, id: "diaSourceId", prefix: "", list: previousSources)
        previousRa = reader.double("ra", in: previousSources)
        previousDec = reader.double("decl", in: previousSources)
        forcedSources = reader.list("prvDiaForcedSources")
        forced = ELAsTiCCSourceFields(&reader, id: "diaForcedSourceId", prefix: "", list: forcedSources)
        nondetectionLimits = reader.list("prvDiaNondetectionLimits")
        limitMjd = reader.double("midPointTai", in: nondetectionLimits)
        limitBand = reader.string("filterName", in: nondetectionLimits)
        limitNoise = reader.double("diaNoise", in: nondetectionLimits)
        template = reader.bytes("cutoutTemplate")
        difference = reader.bytes("cutoutDifference")
    }
}

/// The photometry of one visit, in `diaSource`, `prvDiaSources` and `prvDiaForcedSources` alike.
struct ELAsTiCCSourceFields {
    let id: ReaderField<Int64>
    let mjd: ReaderField<Double>
    let band: ReaderField<String>
    /// Difference flux.
    let psFlux: ReaderField<Double>
    let psFluxErr: ReaderField<Double>
    /// Total flux, forced photometry of version 0.9 only.
    let totFlux: ReaderField<Double>
    let totFluxErr: ReaderField<Double>

    init(_ reader: inout ReaderSchema, id name: String, prefix: String, list: ReaderList?) {
        id = reader.long(name, in: list, required: true)
        mjd = reader.double(prefix + "midPointTai", in: list, required: true)
        band = reader.string(prefix + "filterName", in: list, required: true)
        psFlux = reader.double(prefix + "psFlux", in: list, required: true)
        psFluxErr = reader.double(prefix + "psFluxErr", in: list, required: true)
        totFlux = reader.double(prefix + "totFlux", in: list)
        totFluxErr = reader.double(prefix + "totFluxErr", in: list)
    }
}
