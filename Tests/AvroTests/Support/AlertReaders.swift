@testable import Avro

/// Readers like those of the surveys, for tests on real packets.
enum AlertReaders {
    /// Every kind of field at every depth of a ZTF packet.
    static func ztf() -> ReaderSchema {
        var reader = ReaderSchema()
        _ = reader.long("candid", required: true)
        _ = (reader.string("objectId", required: true), reader.string("schemavsn"))
        for name in ["jd", "ra", "dec", "magpsf", "fid", "rb", "drb", "ssdistnr"] {
            _ = reader.double("candidate." + name)
        }
        _ = (reader.string("candidate.isdiffpos"), reader.string("candidate.ssnamenr"), reader.long("candidate.pid"))
        for name in ["Science", "Template", "Difference"] { _ = reader.bytes("cutout\(name).stampData") }
        let history = reader.list("prv_candidates")
        for name in ["jd", "fid", "magpsf", "diffmaglim"] { _ = reader.double(name, in: history) }
        _ = (reader.long("candid", in: history), reader.string("isdiffpos", in: history))
        let forced = reader.list("fp_hists")
        _ = reader.double("forcediffimflux", in: forced)
        return reader
    }

    /// The same of an LSST or ELAsTiCC packet.
    static func lsst() -> ReaderSchema {
        var reader = ReaderSchema()
        _ = reader.long("diaSourceId", "diaSource.diaSourceId", required: true)
        for name in ["ra", "dec", "psfFlux", "reliability"] { _ = reader.double("diaSource." + name) }
        _ = reader.double("diaSource.midpointMjdTai", "diaSource.midPointTai", required: true)
        _ = (reader.string("diaSource.band", "diaSource.filterName"), reader.boolean("diaSource.isNegative"))
        _ = reader.long("diaObject.diaObjectId", "diaSource.diaObjectId")
        _ = reader.double("mpc_orbits.q", "MPCORB.q")
        for name in ["Science", "Template", "Difference"] { _ = reader.bytes("cutout\(name)") }
        let sources = reader.list("prvDiaSources")
        _ = (reader.long("diaSourceId", in: sources), reader.double("psfFlux", in: sources))
        let forced = reader.list("prvDiaForcedSources")
        _ = (reader.double("psfFlux", in: forced), reader.string("band", "filterName", in: forced))
        return reader
    }
}
