import Testing

@testable import Survey

@Suite struct PackedDesignationTests {
    // The examples of the Minor Planet Center's own pages.
    @Test(arguments: [
        ("J95X00A", "1995 XA"), ("J95X01L", "1995 XL1"), ("J95F13B", "1995 FB13"), ("J98SA8Q", "1998 SQ108"),
        ("J98SC7V", "1998 SV127"), ("J98SG2S", "1998 SS162"), ("K99AJ3Z", "2099 AZ193"), ("K08Aa0A", "2008 AA360"),
        ("K07Tf8A", "2007 TA418"), ("I98A00A", "1898 AA"),
        ("_QC0000", "2026 CA620"), ("_QC0aEM", "2026 CZ6190"), ("_QCzzzz", "2026 CL591673"),
        ("_AH9fZ7", "2010 HJ92809"),
        ("PLS2040", "2040 P-L"), ("T1S3138", "3138 T-1"), ("T2S1010", "1010 T-2"), ("T3S4101", "4101 T-3"),
        ("J95A010", "1995 A1"), ("J94P01b", "1994 P1-B"), ("J94P010", "1994 P1"), ("K48X130", "2048 X13"),
        ("K33L89c", "2033 L89-C"), ("K88AA30", "2088 A103"),
        ("00433", "433"), ("G4060", "164060"), ("n1415", "491415"), ("~0000", "620000"), ("~000a", "620036"),
        ("~AZaz", "3140113"), ("~zzzz", "15396335"), ("0041P", "41P"), ("0002I", "2I"),
        ("(31087)Oirase", "31087"), ("(69343)1993TO29", "69343"),
    ])
    func aPackedDesignationIsUnpacked(_ packed: String, _ unpacked: String) {
        #expect(PackedDesignation.unpacked(packed) == unpacked)
    }

    // As they stand in real packets: names and numbers that are not packed stay as they are.
    @Test(arguments: [
        "2004 JQ12", "2012LU23", "(31087", "()Oirase", "25752", "4826", "622423", "Ceres", "1995 XA", "Sedna12", "",
        "K20S88",
        "K20I88J", "K20Z88J", "K20S8aJ", "K2aS88J", "K20S88I", "J94P000", "_QI0000", "_2C0000", "_QC00-0", "T4S1010",
        "~00_0",
        "K20S88é",
    ])
    func anotherNameStays(_ name: String) {
        #expect(PackedDesignation.unpacked(name) == name)
    }
}
