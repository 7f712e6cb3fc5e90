@testable import DataSets
import DataSetSupport
import Foundation
import Testing

@Suite struct DataSetTests {
    private func read(_ files: [String: String?] = [:]) throws -> DataSet {
        let folder = try DataSetFolder(files)
        defer { folder.remove() }
        return try DataSet(folder: folder.path)
    }

    /// What is wrong with a data set whose files were replaced, a line each.
    private func problems(_ files: [String: String?], _ write: (DataSetFolder) throws -> Void = { _ in }) throws
        -> [String]
    {
        let folder = try DataSetFolder(files)
        defer { folder.remove() }
        try write(folder)
        do {
            _ = try DataSet(folder: folder.path)
            return []
        } catch let problems as DataSetProblems {
            return problems.description.split(separator: "\n").map(String.init)
        }
    }

    @Test func everythingIsReadAsItStandsThere() throws {
        let data = try read()
        #expect(data.description.name == "three objects")
        #expect(data.description.bands.map(\.wavelength) == [472.3, 545])
        #expect(data.objects.map(\.name) == ["a", "b", "c"] && data.objects[1].label == #"a, b "quoted""#)
        #expect(data.objects.map(\.split) == [.train, .test, .val] && data.objects[1].hasAlert)
        #expect(data.lightCurves.ranges == [0..<3, 0..<0, 3..<4])
        #expect(data.lightCurves.times == [60000.5, 60000.5, 60003, 59000.25])
        #expect(data.lightCurves.fluxes == [100, 90, -30, 50] && data.lightCurves.errors[0] == 1.5)
        #expect(data.lightCurves.errors[1].isNaN && data.lightCurves.bands == [0, 1, 0, 0])
        #expect(data.lightCurves.kinds == [[], [], [], [.limit, .difference]])
        // Columns are found by name: those of the table stand the other way round.
        #expect(data.features.names == ["colour", "age"] && data.features.rows == [0, nil, 1])
        #expect(data.features.values[0].isNaN && data.features.isNone == [true, false, false, false])
        #expect(data.features.values[1] == 12.5 && data.features.values[2] == 0.25 && data.features.values[3].isNaN)
        #expect(!data.description.features[1].isContrastive)
    }

    @Test func linesMayEndAsWindowsEndsThemAndBeginWithAByteOrderMark() throws {
        let windows = "\u{FEFF}" + DataSetFolder.objects.replacing("\n", with: "\r\n") + "\r\n"
        #expect(try read(["objects.csv": windows]).objects.count == 3)
    }

    @Test func onlyObjectsAndADescriptionMustBeThere() throws {
        let data = try read(["photometry.csv": nil, "metadata.csv": nil])
        #expect(data.lightCurves.count == 0 && data.features.count == 0 && data.spectra.isEmpty)
    }

    static let faults: [(file: String, from: String, to: String, message: String)] = [
        ("photometry.csv", "100,1.5", "abc,1.5", "photometry.csv, row 2, column flux: 'abc' is no number"),
        ("photometry.csv", "100,1.5", "nan,1.5", "photometry.csv, row 2, column flux: 'nan' is no number"),
        ("photometry.csv", "100,1.5", "inf,1.5", "photometry.csv, row 2, column flux: 'inf' is no number"),
        ("photometry.csv", "100,1.5", "100,0", "photometry.csv, row 2, column flux_err: '0' is no error above 0"),
        ("photometry.csv", "60003", "60000.4", "photometry.csv, row 4, column mjd: '60000.4' is before the row above"),
        (
            "photometry.csv", "60003", "2460003.5",
            "photometry.csv, row 4, column mjd: '2460003.5' is no Modified Julian Date"
        ),
        (
            "photometry.csv", "a,60003,g", "a,60003,z",
            "photometry.csv, row 4, column band: 'z' is no band of dataset.yaml"
        ),
        (
            "photometry.csv", "c,59000.25", "d,59000.25",
            "photometry.csv, row 5, column object: 'd' does not stand in objects.csv"
        ),
        (
            "photometry.csv", "a,60000.5,V", "c,60000.5,V",
            "photometry.csv, row 4, column object: 'a' had rows further up"
        ),
        (
            "photometry.csv", "difference", "sum",
            "photometry.csv, row 5, column kind: 'sum' is neither total nor difference"
        ),
        ("photometry.csv", "-3e1", "1e300", "photometry.csv, row 4, column flux: '1e300' is no number (nJy)"),
        (
            "photometry.csv", "-3e1,2", "-3e1,1e-300",
            "photometry.csv, row 4, column flux_err: '1e-300' is no error above 0 (nJy; empty where it is not known)"
        ),
        (
            "photometry.csv", "60003,g,total", "60003,g,difference",
            "photometry.csv, row 4, column kind: 'difference' is another than in the object's first row: give its points one kind"
        ),
        (
            "metadata.csv", "0.25", "1e300",
            "metadata.csv, row 3, column colour: '1e300' is no number, nor none, nor empty"
        ),
        ("photometry.csv", "50,,1", "50,,2", "photometry.csv, row 5, column upper_limit: '2' is neither 0 nor 1"),
        ("photometry.csv", "mjd", "time", "photometry.csv, row 1, column mjd: is missing; the header has object, time"),
        ("photometry.csv", "50,,1", "50,1", "photometry.csv, row 5: has 6 fields; the header has 7"),
        ("objects.csv", "c,EW", "a,EW", "objects.csv, row 4, column object: 'a' stands in row 2 already"),
        ("objects.csv", "val", "vali", "objects.csv, row 4, column split: 'vali' is none of train, val, test, fold"),
        (
            "objects.csv", "val,2", "val,0",
            "objects.csv, column split: 'c' (val) and 'a' (train) are cluster 0, one object"
        ),
        ("objects.csv", "val,2", "fold,2", "objects.csv, row 4, column fold: is empty, though split is fold"),
        ("objects.csv", "c,EW", ",EW", "objects.csv, row 4, column object: '' is no name"),
        (
            "objects.csv", "test,1,1", "test,1,yes",
            "objects.csv, row 3, column alerts: 'yes' is neither 0 nor 1 (nor false, true or empty)"
        ),
        ("objects.csv", "test,1,1", "test,1,2", "objects.csv, row 3, column alerts: '2' is neither 0 nor 1"),
        ("objects.csv", "val,2", "val,-2", "objects.csv, row 4, column cluster: '-2' is no whole number from 0"),
        ("metadata.csv", "12.5", "young", "metadata.csv, row 2, column age: 'young' is no number, nor none, nor empty"),
        ("metadata.csv", "age", "redshift", "metadata.csv, row 1, column redshift: is no feature of dataset.yaml"),
        ("metadata.csv", "c,,", "a,,", "metadata.csv, row 3, column object: 'a' has a row already"),
        (
            "dataset.yaml", "472.3", "0.4",
            "dataset.yaml, row 4, column bands.g: needs a wavelength between 10 and 100000 nm"
        ),
        ("dataset.yaml", "system: AB", "system: ab", "dataset.yaml, row 4, column bands.g: system is 'ab'"),
        (
            "dataset.yaml", "contrastive: false", "contrastive: no",
            "dataset.yaml, row 8, column features.age: contrastive is 'no'; true or false will do"
        ),
        (
            "dataset.yaml", "contrastive: false", "contrastive: False",
            "dataset.yaml, row 8, column features.age: contrastive"
        ),
        (
            "dataset.yaml", "contrastive: false", "contrastive: null",
            "dataset.yaml, row 8, column features.age: contrastive is ''"
        ),
        (
            "dataset.yaml", "contrastive: false", "contrastve: false",
            "dataset.yaml, row 8, column features.age: has 'contrastve'; unit, meaning and contrastive will do"
        ),
        (
            "dataset.yaml", "age: {unit: d, meaning: days, contrastive: false}", "age: days",
            "dataset.yaml, row 8, column features.age"
        ),
        (
            "dataset.yaml", "ab_minus_vega: 0.02", "ab_minus_vega: no",
            "dataset.yaml, row 5, column bands.V: ab_minus_vega is 'no'"
        ),
        (
            "dataset.yaml", "bands:", "taxonomy: {files: a.yaml}\nbands:",
            "dataset.yaml, row 3, column taxonomy: has 'files'; file and labels will do"
        ),
        (
            "dataset.yaml", "bands:", "taxonomy: a.yaml\nbands:",
            "dataset.yaml, row 3, column taxonomy: must be a mapping"
        ),
        ("dataset.yaml", "name: three objects", "title: x", "dataset.yaml, column name: is missing"),
        ("dataset.yaml", "bands:", "bands: [", "dataset.yaml, row"),
    ]

    @Test(arguments: faults)
    func aFaultIsNamedByFileRowAndColumn(file: String, from: String, to: String, message: String) throws {
        let texts = [
            "dataset.yaml": DataSetFolder.description, "objects.csv": DataSetFolder.objects,
            "photometry.csv": DataSetFolder.photometry, "metadata.csv": DataSetFolder.metadata,
        ]
        let text = try #require(texts[file])
        let place = try #require(text.firstRange(of: from))
        let found = try problems([file: text.replacingCharacters(in: place, with: to)])
        #expect(found.contains { $0.hasPrefix(message) }, "\(found)")
    }

    @Test func yesAndNoAreReadAsPandasAndPeopleWriteThem() throws {
        for (text, isYes) in [
            ("", false), ("0", false), ("False", false), ("false", false), ("FALSE", false), ("0.0", false),
            ("1", true),
            ("True", true), ("true", true), ("TRUE", true), ("1.0", true),
        ] {
            let data = try read([
                "objects.csv": DataSetFolder.objects.replacing("test,1,1", with: "test,1,\(text)"),
                "photometry.csv": DataSetFolder.photometry.replacing("50,,1", with: "50,,\(text)"),
            ])
            #expect(data.objects.map(\.hasAlert) == [false, isYes, false], "\(text)")
            #expect(data.lightCurves.kinds.last?.contains(.limit) == isYes, "\(text)")
        }
    }

    @Test func whatBrightensOnceIsMarked() throws {
        for (text, isYes) in [("", false), ("0", false), ("1", true), ("True", true)] {
            let table = "object,node,split,event\na,EW,train,\(text)\n"
            let data = try read(["objects.csv": table, "photometry.csv": nil, "metadata.csv": nil])
            #expect(data.objects.map(\.isEvent) == [isYes])
        }
        let found = try problems([
            "objects.csv": "object,node,split,event\na,EW,train,maybe\n", "photometry.csv": nil, "metadata.csv": nil,
        ])
        #expect(found.count == 1 && found[0].hasPrefix("objects.csv, row 2, column event: 'maybe' is "), "\(found)")
    }

    /// A number that could not be counted up from, too.
    @Test(arguments: ["1001", "-1", "1.5", "\(Int.max)", "99999999999999999999"])
    func aFoldIsANumberUpToAThousand(_ fold: String) throws {
        let table = "object,node,split,fold\na,EW,fold,1000\nb,EW,fold,\(fold)\n"
        let found = try problems(["objects.csv": table, "photometry.csv": nil, "metadata.csv": nil])
        #expect(found == ["objects.csv, row 3, column fold: '\(fold)' is no whole number from 0 to 1000"])
    }

    private static let totals = """
        object,mjd,band,kind,flux,flux_err,upper_limit,total_flux,total_flux_err
        a,60000.5,g,total,100,1.5,0,,
        c,59000.25,g,difference,50,,1,,
        c,59001,g,difference,-50,2,0,150,4
        c,59002,g,difference,-40,2,0,160,
        """

    @Test func aDifferenceMayHaveATotalBesideIt() throws {
        let folder = try DataSetFolder(["photometry.csv": Self.totals])
        defer { folder.remove() }
        let curves = try DataSet(folder: folder.path).lightCurves
        #expect(curves.totals.map(\.isNaN) == [true, true, false, false] && curves.totals.suffix(2) == [150, 160])
        #expect(curves.totalErrors.map(\.isNaN) == [true, true, false, true] && curves.totalErrors[2] == 4)
        let without = try DataSetFolder()
        defer { without.remove() }
        #expect(try DataSet(folder: without.path).lightCurves.totals.isEmpty)
    }

    @Test(arguments: [
        ("100,1.5,0,,", "100,1.5,0,7,", "row 2, column total_flux: '7' stands beside a flux that is total already"),
        ("50,,1,,", "50,,1,7,", "row 3, column total_flux: '7' stands beside a limit"),
        ("150,4", "bright,4", "row 4, column total_flux: 'bright' is no number (nJy)"),
        ("150,4", "150,-4", "row 4, column total_flux_err: '-4' is no error above 0"),
        ("160,", ",5", "row 5, column total_flux_err: '5' is no error above 0 of a total_flux"),
    ])
    func aTotalThatIsNoneIsAFault(from: String, to: String, message: String) throws {
        let place = try #require(Self.totals.firstRange(of: from))
        let found = try problems(["photometry.csv": Self.totals.replacingCharacters(in: place, with: to)])
        #expect(found.contains { $0.hasPrefix("photometry.csv, " + message) }, "\(found)")
    }

    @Test func manyFaultsAreCountedAndTheFirstListed() throws {
        let rows = (0..<100).map { "a,60000,g,total,x\($0),1,0" }
        let found = try problems([
            "photometry.csv": "object,mjd,band,kind,flux,flux_err,upper_limit\n" + rows.joined(separator: "\n")
        ])
        #expect(found.count == 21 && found.last == "photometry.csv: 80 more")
    }

    @Test func aQuoteInTheMiddleIsToldAndNotGuessed() throws {
        let found = try problems(["objects.csv": "object,class\na,E\"A\n"])
        #expect(found.first?.contains("objects.csv, row 2: a quote stands where none may") == true, "\(found)")
    }

    @Test func emptyAndMissingTablesAreTold() throws {
        #expect(try problems(["objects.csv": ""]).first == "objects.csv: is empty: a header line must stand there")
        #expect(try problems(["objects.csv": "object\n"]).first == "objects.csv: has no object")
        #expect(
            try problems(["objects.csv": nil]).first
                == "objects.csv: is missing: a row an object must stand there"
        )
        #expect(try problems(["dataset.yaml": nil]).first?.hasPrefix("dataset.yaml: cannot be read") == true)
    }

    @Test func aRowWithoutEndIsBounded() throws {
        let found = try problems(["objects.csv": "object\n" + String(repeating: "a", count: 2_000_000)])
        #expect(found.first == "objects.csv, row 2: is longer than 1048576 bytes", "\(found)")
    }

    @Test func spectraAreReadWithTheirErrors() throws {
        let folder = try DataSetFolder([
            "spectra.csv": "spectrum,object,mjd,row,shared\ns1,a,60001,1,0\ns1,c,60001,1,1\ns0,b,,0,0\n"
        ])
        defer { folder.remove() }
        let rows: [[Float]] = [[1, 2, .nan], [4, 5, 6]]
        try folder.write("spectra.fits", FITSFile.image(rows: rows, start: 4000, step: 2, errors: true))
        let data = try DataSet(folder: folder.path)
        #expect(data.spectra.map(\.object) == [0, 2, 1] && data.spectra.map(\.row) == [1, 1, 0])
        #expect(data.spectra[1].isShared && data.spectra[2].time == nil)
        let file = try #require(data.spectrumFiles["spectra.fits"])
        #expect(file.count == 2 && file.pixels == 3 && file.start == 4000 && file.step == 2 && file.hasErrors)
        let fluxes = try file.fluxes()
        #expect(fluxes[0...1] == [1, 2] && fluxes[2].isNaN && fluxes[3...] == [4, 5, 6])
        #expect(try file.errors()[3...] == [0.4, 0.5, 0.6])
        #expect(DataSetSummary(data).spectra == 2)
    }

    @Test func aFileThatIsNoFITSAndARowThatIsNotThereAreTold() throws {
        let table = "spectrum,object,row\ns,a,2\n"
        #expect(try problems(["spectra.csv": table]).first?.hasPrefix("spectra.fits: is no FITS image") == true)
        #expect(
            try problems(["spectra.csv": table, "spectra.fits": "text"]).first?.hasPrefix(
                "spectra.fits: is no FITS image"
            ) == true
        )
        let fits = FITSFile.image(rows: [[1, 2], [3, 4]], start: 4000, step: 2)
        let found = try problems(["spectra.csv": table]) { try $0.write("spectra.fits", fits) }
        #expect(found == ["spectra.csv, row 2, column row: '2' is no row of spectra.fits, which has 2 from 0"])
        let shared = try problems(["spectra.csv": "spectrum,object,row,shared\ns,a,1,maybe\n"]) {
            try $0.write("spectra.fits", fits)
        }
        #expect(
            shared.first?.hasPrefix("spectra.csv, row 2, column shared: 'maybe' is neither 0 nor 1") == true,
            "\(shared)"
        )
        let metres = FITSFile.image(rows: [[1, 2]], start: 4e-7, step: 1e-10, unit: "m")
        let unit = try problems(["spectra.csv": table]) { try $0.write("spectra.fits", metres) }
        #expect(unit.first?.contains("CUNIT1 is 'm'") == true, "\(unit)")
        #expect(
            try problems(["spectra.csv": "spectrum,object,row,file\ns,a,0,../x.fits\n"]).first?.contains(
                "is no name of a file"
            ) == true
        )
    }

    @Test func theSummaryCountsWhatIsThere() throws {
        let summary = DataSetSummary(try read())
        #expect(summary.objects == 3 && summary.points == 4 && summary.clusters == 3)
        #expect(summary.classes.map(\.name).sorted() == ["EW", "RRAB", #"a, b "quoted" (no node)"#])
        let star = try #require(summary.classes.first { $0.name == "RRAB" })
        #expect(star.objects == 1 && star.withCurve == 1 && star.medianPoints == 3 && star.withFeatures == 1)
        #expect(summary.bands.map(\.points) == [3, 1] && summary.bands[0].limits == 1)
        #expect(summary.features.map(\.known) == [1, 1] && summary.features.map(\.none) == [1, 0])
        #expect(summary.times == 59000.25...60003)
    }
}
