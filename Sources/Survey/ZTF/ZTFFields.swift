internal import Avro

/// What is read of a ZTF packet.
struct ZTFFields {
    let schemavsn: ReaderField<String>
    let candid: ReaderField<Int64>
    let objectId: ReaderField<String>
    let ra: ReaderField<Double>
    let dec: ReaderField<Double>
    let candidate: ZTFCandidateFields
    let exptime: ReaderField<Double>
    let rbversion: ReaderField<String>
    let drb: ReaderField<Double>
    let drbversion: ReaderField<String>
    let scorr: ReaderField<Double>
    /// The three nearest sources of Pan-STARRS1.
    let nearest: [(distpsnr: ReaderField<Double>, sgscore: ReaderField<Double>)]
    let chinr: ReaderField<Double>
    let sharpnr: ReaderField<Double>
    let neargaia: ReaderField<Double>
    let maggaia: ReaderField<Double>
    let neargaiabright: ReaderField<Double>
    let maggaiabright: ReaderField<Double>
    let ndethist: ReaderField<Int64>
    let ncovhist: ReaderField<Int64>
    let jdstarthist: ReaderField<Double>
    let ssdistnr: ReaderField<Double>
    let ssmagnr: ReaderField<Double>
    let ssnamenr: ReaderField<String>
    let history: ReaderList
    let previous: ZTFCandidateFields
    let previousRa: ReaderField<Double>
    let previousDec: ReaderField<Double>
    /// Forced photometry of versions 3.4 and 3.5, which stood in `prv_candidates`.
    let previousForced: ZTFForcedFields
    let forcedHistory: ReaderList
    let forced: ZTFForcedFields
    let science: ReaderField<Range<Int>>
    let template: ReaderField<Range<Int>>
    let difference: ReaderField<Range<Int>>

    init(_ reader: inout ReaderSchema) {
        schemavsn = reader.string("schemavsn")
        candid = reader.long("candid", "candidate.candid", required: true)
        objectId = reader.string("objectId", required: true)
        ra = reader.double("candidate.ra", required: true)
        dec = reader.double("candidate.dec", required: true)
        candidate = ZTFCandidateFields(&reader, prefix: "candidate.", list: nil, required: true)
        exptime = reader.double("candidate.exptime")
        rbversion = reader.string("candidate.rbversion")
        drb = reader.double("candidate.drb")
        drbversion = reader.string("candidate.drbversion")
        scorr = reader.double("candidate.scorr")
        nearest = [
            // `sgscore` of versions before 1.8 holds a magnitude.
            (reader.double("candidate.distpsnr1"), reader.double("candidate.sgscore1")),
            (reader.double("candidate.distpsnr2"), reader.double("candidate.sgscore2")),
            (reader.double("candidate.distpsnr3"), reader.double("candidate.sgscore3")),
        ]
        chinr = reader.double("candidate.chinr")
        sharpnr = reader.double("candidate.sharpnr")
        neargaia = reader.double("candidate.neargaia")
        maggaia = reader.double("candidate.maggaia")
        neargaiabright = reader.double("candidate.neargaiabright")
        maggaiabright = reader.double("candidate.maggaiabright")
        ndethist = reader.long("candidate.ndethist")
        ncovhist = reader.long("candidate.ncovhist")
        jdstarthist = reader.double("candidate.jdstarthist")
        ssdistnr = reader.double("candidate.ssdistnr")
        ssmagnr = reader.double("candidate.ssmagnr")
        ssnamenr = reader.string("candidate.ssnamenr")
        history = reader.list("prv_candidates")
        previous = ZTFCandidateFields(&reader, prefix: "", list: history, required: false)
        previousRa = reader.double("ra", in: history)
        previousDec = reader.double("dec", in: history)
        previousForced = ZTFForcedFields(&reader, list: history)
        forcedHistory = reader.list("fp_hists")
        forced = ZTFForcedFields(&reader, list: forcedHistory)
        science = reader.bytes("cutoutScience.stampData")
        template = reader.bytes("cutoutTemplate.stampData")
        difference = reader.bytes("cutoutDifference.stampData")
    }
}

/// The photometry of one difference image, in `candidate` and in `prv_candidates` alike.
struct ZTFCandidateFields {
    let candid: ReaderField<Int64>
    let jd: ReaderField<Double>
    let fid: ReaderField<Int64>
    let magpsf: ReaderField<Double>
    let sigmapsf: ReaderField<Double>
    let isdiffpos: ReaderField<String>
    let diffmaglim: ReaderField<Double>
    let magnr: ReaderField<Double>
    let sigmagnr: ReaderField<Double>
    /// In pixels.
    let distnr: ReaderField<Double>
    let rb: ReaderField<Double>
    let programid: ReaderField<Int64>

    init(_ reader: inout ReaderSchema, prefix: String, list: ReaderList?, required: Bool) {
        candid = reader.long(prefix + "candid", in: list)
        jd = reader.double(prefix + "jd", in: list, required: true)
        fid = reader.long(prefix + "fid", in: list, required: true)
        magpsf = reader.double(prefix + "magpsf", in: list, required: required)
        sigmapsf = reader.double(prefix + "sigmapsf", in: list, required: required)
        isdiffpos = reader.string(prefix + "isdiffpos", in: list, required: required)
        diffmaglim = reader.double(prefix + "diffmaglim", in: list)
        // In the packets' order: neighbours are read in one step.
        distnr = reader.double(prefix + "distnr", in: list)
        magnr = reader.double(prefix + "magnr", in: list)
        sigmagnr = reader.double(prefix + "sigmagnr", in: list)
        rb = reader.double(prefix + "rb", in: list)
        programid = reader.long(prefix + "programid", in: list)
    }
}

/// Forced photometry, in `fp_hists` (4.01 on) and in `prv_candidates` (3.4 and 3.5) alike.
struct ZTFForcedFields {
    let jd: ReaderField<Double>
    let fid: ReaderField<Int64>
    let flux: ReaderField<Double>
    let fluxUnc: ReaderField<Double>
    let magzpsci: ReaderField<Double>
    let magnr: ReaderField<Double>
    let sigmagnr: ReaderField<Double>
    /// In arcseconds.
    let distnr: ReaderField<Double>
    let procstatus: ReaderField<String>
    let programid: ReaderField<Int64>

    init(_ reader: inout ReaderSchema, list: ReaderList) {
        jd = reader.double("jd", in: list)
        fid = reader.long("fid", in: list)
        flux = reader.double("forcediffimflux", in: list)
        fluxUnc = reader.double("forcediffimfluxunc", in: list)
        magzpsci = reader.double("magzpsci", in: list)
        magnr = reader.double("magnr", in: list)
        sigmagnr = reader.double("sigmagnr", in: list)
        distnr = reader.double("distnr", in: list)
        procstatus = reader.string("procstatus", in: list)
        programid = reader.long("programid", in: list)
    }
}
