import Postgres
import Sky
import Testing

@testable import Archive

/// What a batch writes to rows that are there already.
@Suite struct UpdateTests {
    /// The page on which an object's row stands.
    private func page(of name: String, _ connection: PostgresConnection) throws -> String {
        try connection.query("SELECT ctid::text FROM objects WHERE name = $1", [.text(name)])[0, 0].string
            .split(separator: ",").first.map(String.init) ?? ""
    }

    /// An object's counts change with each of its alerts: on a page with room that touches no index.
    /// So many versions fit beside each other; that old ones are cleared away in time is PostgreSQL's to see to.
    @Test func anObjectsRowStaysOnItsPage() throws {
        let fixture = try Fixture()
        let names = (0..<20).map { "ZTF\($0)" }
        try Archive.fill(
            fixture.url,
            with: GeneratedObjects(survey: SurveyName("ztf"), count: 2000, until: someTime - 1, names: names)
        )
        let connection = try fixture.connection()
        let before = try names.map { try page(of: $0, connection) }
        #expect(Set(before).count > 10)
        for round in 0..<8 {
            let rows = names.indices.map { number in
                let id = Int64(round * names.count + number)
                return row(id, alert(id, mjd: someTime + Double(round), object: names[number]))
            }
            #expect(try fixture.archive.process(rows).allSatisfy { $0.hasPrefix("annotate") })
        }
        #expect(try names.map { try page(of: $0, connection) } == before)
        #expect(try connection.query("SELECT row_count FROM objects WHERE name = 'ZTF0'")[0, 0].int32 == 9)
    }
}
