import Postgres
import TestSupport
import Testing

@Suite struct SessionTests {
    @Test func answersAQuery() throws {
        let connection = try PostgresConnection(PrivatePostgres.newDatabase())
        let rows = try connection.query("SELECT $1 + 1", [.int64(41)])
        #expect(try rows[0, 0].int64 == 42)
    }
}
