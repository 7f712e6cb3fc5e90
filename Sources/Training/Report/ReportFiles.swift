internal import Ground

/// The files of a report in a folder, `index.html` and `report.json`: made before the work of hours, put in their places together
/// after it.
package struct ReportFiles {
    private let page: DurableFile.Draft
    private let numbers: DurableFile.Draft

    /// Makes the folder where it is missing, and both files beside those that are there.
    ///
    /// - Throws: `DurableFile.Failure`, or what the folder could not be made for.
    package init(_ folder: String) throws {
        try RunFolder.make(folder)
        page = try DurableFile.Draft(for: "\(folder)/index.html")
        numbers = try DurableFile.Draft(for: "\(folder)/report.json")
    }

    /// Writes a report into them, in the place of the former one.
    ///
    /// - Throws: `DurableFile.Failure`.
    package func put(_ report: EvaluationReport) throws {
        for (draft, text) in [(page, ReportPage(report).html), (numbers, report.json.line + "\n")] {
            try Array(text.utf8).withUnsafeBytes { try draft.write($0) }
        }
        try page.takePlace()
        try numbers.takePlace()
    }
}
