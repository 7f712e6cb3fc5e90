import Avro

@testable import Survey

extension MadePacket {
    /// A plausible ZTF packet with one detection and no history, of a schema with the fields that Trifid reads.
    static func ztf(version: String? = "4.02", without absent: Set<String> = [], types: [String: String] = [:]) throws
        -> MadePacket
    {
        var packet = MadePacket(try ztfSchema(version: version, without: absent, types: types))
        if version != nil { packet["schemavsn"] = .string(version ?? "") }
        packet["objectId"] = "ZTF21abiuvdk"
        packet["candid"] = 1_800_000_000_015_010_001
        packet["candidate.candid"] = 1_800_000_000_015_010_001
        packet["candidate.jd"] = 2_459_000.75
        packet["candidate.fid"] = .int(1)
        packet["candidate.ra"] = 123.25
        packet["candidate.dec"] = -12.5
        packet["candidate.magpsf"] = .float(18.5)
        packet["candidate.sigmapsf"] = .float(0.125)
        packet["candidate.isdiffpos"] = "t"
        return packet
    }

    /// Appends a detection to `prv_candidates`.
    mutating func addDetection(jd: Double, id: Int64, magnitude: Float = 19, sign: String = "t") {
        add(to: "prv_candidates") {
            $0["jd"] = .double(jd)
            $0["fid"] = .int(2)
            $0["candid"] = .long(id)
            $0["magpsf"] = .float(magnitude)
            $0["sigmapsf"] = .float(0.25)
            $0["isdiffpos"] = .string(sign)
        }
    }

    /// Appends an upper limit to `prv_candidates`.
    mutating func addLimit(jd: Double, magnitude: Float) {
        add(to: "prv_candidates") {
            $0["jd"] = .double(jd)
            $0["fid"] = .int(1)
            $0["diffmaglim"] = .float(magnitude)
        }
    }

    /// Appends a row to a list of records; its other fields are empty.
    mutating func add(to list: String, _ fill: (inout AvroRecord) -> Void) {
        let types = ["prv_candidates": "ztf.alert.prv_candidate", "fp_hists": "ztf.alert.fp_hist"]
        guard case .record(var row) = empty(types[list] ?? list) else { return }
        fill(&row)
        var rows: [AvroValue] = []
        if case .array(let existing)? = self[list] { rows = existing }
        rows.append(.record(row))
        self[list] = .array(rows)
    }

    private static func ztfSchema(version: String?, without absent: Set<String>, types: [String: String]) throws
        -> AvroSchema
    {
        func fields(_ place: String, _ names: [(String, String)]) -> String {
            names.filter { !absent.contains(place + $0.0) }
                .map { #"{"name":"\#($0.0)","type":\#(types[place + $0.0] ?? $0.1)}"# }
                .joined(separator: ",")
        }
        let float = #"["null","float"]"#
        let photometry = [
            ("diffmaglim", float), ("magnr", float), ("sigmagnr", float), ("distnr", float),
        ]
        let candidate = fields(
            "candidate.",
            [
                ("candid", #""long""#), ("jd", #""double""#), ("fid", #""int""#), ("ra", #""double""#),
                ("dec", #""double""#), ("magpsf", #""float""#), ("sigmapsf", #""float""#),
                ("isdiffpos", #""string""#), ("rb", float), ("drb", float), ("scorr", #"["null","double"]"#),
                ("distpsnr1", float), ("sgscore1", float), ("neargaia", float), ("ssdistnr", float),
                ("ssmagnr", float), ("ssnamenr", #"["null","string"]"#), ("programid", #""int""#),
            ] + photometry
        )
        let previous = fields(
            "prv_candidates.",
            [
                ("jd", #""double""#), ("fid", #""int""#), ("candid", #"["null","long"]"#), ("magpsf", float),
                ("sigmapsf", float), ("isdiffpos", #"["null","string"]"#), ("forcediffimflux", float),
                ("forcediffimfluxunc", float), ("magzpsci", float), ("programid", #""int""#),
            ] + photometry
        )
        let forced = fields(
            "fp_hists.",
            [
                ("jd", #""double""#), ("fid", #""int""#), ("forcediffimflux", float),
                ("forcediffimfluxunc", float), ("magzpsci", float), ("magnr", float), ("sigmagnr", float),
                ("distnr", float), ("programid", #""int""#),
            ]
        )
        func record(_ name: String, _ fields: String) -> String {
            #"{"type":"record","namespace":"ztf.alert","name":"\#(name)","fields":[\#(fields)]}"#
        }
        let cutout = record("cutout", #"{"name":"fileName","type":"string"},{"name":"stampData","type":"bytes"}"#)
        let top = fields(
            "",
            (version == nil ? [] : [("schemavsn", #""string""#)]) + [
                ("objectId", #""string""#), ("candid", #""long""#), ("candidate", record("candidate", candidate)),
                ("prv_candidates", #"["null",{"type":"array","items":\#(record("prv_candidate", previous))}]"#),
                ("fp_hists", #"["null",{"type":"array","items":\#(record("fp_hist", forced))}]"#),
                ("cutoutScience", #"["null",\#(cutout)]"#),
                ("cutoutTemplate", #"["null","ztf.alert.cutout"]"#),
                ("cutoutDifference", #"["null","ztf.alert.cutout"]"#),
            ]
        )
        return try AvroSchema(
            json: #"{"type":"record","namespace":"ztf","name":"alert","version":"1.7","fields":[\#(top)]}"#
        )
    }
}
