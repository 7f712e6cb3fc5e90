extension Migration {
    /// Room for the updates of objects.
    static let updates = Migration(
        version: 7,
        name: "updates",
        sql: """
            -- Every alert updates the counts of its object. Where the row's page has room, the new version stays there and
            -- no index is touched (a heap-only tuple); without room three indices are, at places all over them, and a
            -- page of each goes to the log in full. Old versions are cleared away as pages are read.
            ALTER TABLE objects SET (fillfactor = 85);
            """
    )
}
