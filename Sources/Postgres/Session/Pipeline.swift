import CPQ

/// Prepared statements that go to the server in one round trip.
package struct Pipeline {
    private(set) var items: [(statement: PreparedStatement, parameters: [PostgresParameter])] = []

    /// Adds a statement; its rows stand at the returned index of the results.
    @discardableResult
    package mutating func add(_ statement: PreparedStatement, _ parameters: [PostgresParameter] = []) -> Int {
        items.append((statement, parameters))
        return items.count - 1
    }
}

extension PostgresConnection {
    /// Sends several prepared statements together and returns their results in order.
    ///
    /// Outside a transaction they are one of their own. When one fails, the server skips those after it, and its
    /// error is thrown; the session stays usable (within a transaction: after a rollback).
    package func pipelined(_ build: (inout Pipeline) throws -> Void) throws -> [PostgresResult] {
        var pipeline = Pipeline()
        try build(&pipeline)
        guard !pipeline.items.isEmpty else { return [] }
        for item in pipeline.items { try prepare(item.statement) }
        let handle = try live()
        let deadline = beginRoundTrip()
        guard PQenterPipelineMode(handle) == 1 else { throw lost() }
        do {
            for item in pipeline.items { try send(item.statement, item.parameters) }
            guard PQpipelineSync(handle) == 1 else { throw lost() }
            try flush(deadline)
            let results = try collect(pipeline, deadline)
            PQexitPipelineMode(handle)
            return results
        } catch {
            try leavePipeline(after: error)
        }
    }

    private func collect(_ pipeline: Pipeline, _ deadline: Deadline) throws -> [PostgresResult] {
        var results: [PostgresResult] = []
        var failure: PostgresError?
        for item in pipeline.items {
            while let pointer = try nextResult(deadline) {
                let result = PostgresResult(pointer)
                switch PQresultStatus(pointer) {
                case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: results.append(result)
                case PGRES_PIPELINE_ABORTED: break
                default: failure = failure ?? PostgresError(result: pointer, context: item.statement.sql)
                }
                if isLost { throw failure ?? lost(context: item.statement.sql) }
            }
        }
        if let pointer = try nextResult(deadline) { PQclear(pointer) }  // the synchronisation point
        if let failure { throw failure }
        guard results.count == pipeline.items.count else { throw lost() }
        return results
    }

    /// Brings the session out of pipeline mode after an error; one that cannot be brought out is closed.
    private func leavePipeline(after error: any Error) throws -> Never {
        if let handle, PQpipelineStatus(handle) != PQ_PIPELINE_OFF, PQexitPipelineMode(handle) == 0 {
            // Something was still under way: a timeout, or parameters that libpq refused half-way.
            close()
        }
        throw error
    }
}
