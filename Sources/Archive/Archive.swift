package import Postgres
internal import Sky

/// The database half of the delivery contract: what is known of the sky, and what was decided about every message.
///
/// One archive is one session and belongs to one thread; calls block. A batch is two short transactions, and none is open
/// between them:
///
/// ```swift
/// try Archive.migrate(url)
/// let archive = try Archive(url: url, applicationName: "trifid GROUP/WORKER")
/// try archive.claim(group: "trifid", worker: "1", wait: .seconds(30))
/// try archive.register(clusterId: id, group: "trifid")
/// let epochs = try archive.take(partitions, holder: "trifid GROUP/WORKER")                    // at assignment
///
/// let batch = try archive.decide(rows, under: epochs, telling: earlier, model: checksum, coneRadius: 1.5, quality: rule)
/// // infer and encode every batch.outcomes[index] that is .annotate
/// let stored = try archive.store(annotations, of: batch)      // this session, or another
/// // Kafka transaction; then batch.offsets goes to the next decision, or to raiseCommitted
/// ```
///
/// **Who decides.** `owner` holds one row for each alert (survey, id, time): the position whose message was first.
/// The unique index decides, so that two workers can never both own an alert; `ledger` holds one row for each
/// position, written once, with all that its answer depends on. A row that is to be annotated and has no answer yet is owed:
/// whoever reads its message again is given exactly what was given the first time.
///
/// **Whose turn it is.** Each partition has an epoch, which a worker raises when the partition becomes its own. Who decides
/// under an older one is refused, however long it slept, and whatever it believes. Answers need no such thing: they are stored
/// for their alert's owner or not at all, and the first stands.
///
/// **History.** A packet repeats what earlier packets held. `detections` stores for each alert only what was new and
/// which points it repeated, so that for each measurement the packet of the latest alert is known, in whatever order
/// packets come. Rows of an object are numbered in order of arrival: an alert knew its own row and those before it.
/// Who adds to an object locks it until the commit, so that two workers see each other's points in turn.
///
/// **Published.** For each partition a set of offsets whose messages are known to be published. A message
/// that comes again at such an offset is a replay; one that is new to the ledger there (a topic made anew, or a part
/// of it that was never read) takes the offset out of the set, and is treated as new.
package final class Archive {
    let connection: PostgresConnection
    var names = Names()
    var months = MonthPartitions()
    let rows = CopyBuffer()

    /// How near in time (days) two alerts of one id make a conflict. Farther apart the id is an old one that is used
    /// again; looking for it would mean to look into every month.
    static let conflictingDays: Double = 31

    /// Connects. The session's statements are all look-ups of a few rows by their keys, whatever the statistics of
    /// young tables say: so the planner is told not to scan, and plans once (with a generic plan, which a custom one
    /// could not better, and which ANALYZE renews).
    ///
    /// What is "off" is not forbidden: it costs 10^10 more. A statement that must scan something, such as a temporary
    /// table, pays that with every plan, and beside 10^10 no other difference counts: the planner is blind. Hence rows
    /// come as arrays, and no statement joins a temporary table.
    package init(_ settings: PostgresSettings) throws {
        var settings = settings
        let defaults = [
            "jit": "off", "enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off",
            "plan_cache_mode": "force_generic_plan", "lock_timeout": "60s",
            "idle_in_transaction_session_timeout": "120s", "statement_timeout": "0", "client_min_messages": "warning",
        ]
        settings.options.merge(defaults) { given, _ in given }
        connection = try PostgresConnection(settings)
        try connection.execute(Self.stagingTable)
        // What Kafka commits after us must not be lost here: a role may ask for speed, or for more than one server.
        try connection.query(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
    }

    /// A session that only reads, with the planner as the server sets it: for `ReadingSessions`.
    init(reading settings: PostgresSettings) throws {
        connection = try PostgresConnection(settings)
    }

    /// Connects to a URL.
    ///
    /// - Parameter limits: how long the session waits; without them statements take what they take, under the eyes of
    ///   whoever has given the command.
    package convenience init(url: String, applicationName: String = "trifid", limits: SessionLimits? = nil) throws {
        try self.init(
            PostgresSettings(
                url: url,
                applicationName: applicationName,
                options: limits?.options ?? [:],
                timeout: limits?.roundTrip
            )
        )
    }

    /// Makes the tables, or brings them to the present layout. On a large database a step takes minutes; one that is cut
    /// off leaves nothing behind.
    ///
    /// - Parameters:
    ///   - limit: the longest that looking at the present layout may take; a step, and another process at it, may take
    ///     longer.
    ///   - onStep: told the number and the name of each step before it begins.
    /// - Throws: `ArchiveError.q3cMissing`, `.q3cOutOfReach`, `.encoding`, `.unknownMigration`, `.changedMigration`; `PostgresError`.
    package static func migrate(
        _ url: String,
        within limit: Duration? = nil,
        onStep: (_ version: Int, _ name: String) -> Void = { _, _ in }
    ) throws {
        let settings = PostgresSettings(
            url: url,
            options: ["statement_timeout": "0", "lock_timeout": "0"],
            timeout: limit
        )
        try Migrator(connection: PostgresConnection(settings)).run(onStep)
    }

    /// Whether the session is gone: make a new archive, and claim again.
    package var isLost: Bool { connection.isLost }

    /// Called when a round trip begins, by the thread that makes it: a sign of life of a thread that makes many.
    package var onRoundTrip: (() -> Void)? {
        get { connection.onRoundTrip }
        set { connection.onRoundTrip = newValue }
    }

    /// Ends the session and with it the claim.
    package func close() {
        connection.close()
    }

    /// Takes the name of a worker for this session; who comes second waits.
    ///
    /// - Parameter former: the session that this process held the name with before. Where the server still takes it for
    ///   alive, it is ended.
    /// - Returns: this session, as others see who holds the name.
    /// - Throws: `ArchiveError.workerTaken`, which names the holder; `.formerSession`, which passes.
    @discardableResult
    package func claim(
        group: String,
        worker: String,
        wait: Duration,
        former: AdvisoryLockHolder? = nil
    ) throws -> AdvisoryLockHolder? {
        let rows = try connection.query(
            "SELECT hashtextextended($1 || chr(1) || $2, 0)",
            [.text(group), .text(worker)]
        )
        let key = try rows[0, 0].int64
        if let former, try connection.holder(of: key) == former { try connection.end(former) }
        if let holder = try connection.lock(key, wait: wait) {
            if holder == former { throw ArchiveError.formerSession(holder: holder.description) }
            throw ArchiveError.workerTaken(group: group, worker: worker, holder: holder.description)
        }
        return try connection.holder(of: key)
    }

    /// Binds the database to a Kafka cluster and a consumer group at the first start, and refuses others after it.
    ///
    /// - Throws: `ArchiveError.foreignDatabase`.
    @discardableResult
    package func register(clusterId: String, group: String) throws -> Int64 {
        try connection.query(
            "INSERT INTO meta (cluster_id, consumer_group) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            [.text(clusterId), .text(group)]
        )
        let rows = try connection.query(
            "SELECT cluster_id, consumer_group, (extract(epoch FROM first_start) * 1000)::bigint FROM meta"
        )
        for (column, what, given) in [(0, "cluster", clusterId), (1, "group", group)] {
            let stored = try rows[0, column].string
            guard stored == given else {
                throw ArchiveError.foreignDatabase(what: what, stored: stored, given: given)
            }
        }
        return try rows[0, 2].int64
    }
}
