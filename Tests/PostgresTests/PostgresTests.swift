import Testing

@testable import Postgres

@Suite struct PostgresTests {}
