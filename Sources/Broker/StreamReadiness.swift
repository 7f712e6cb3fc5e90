import Ground

extension StreamStatistics.Snapshot {
    /// What a worker does in its consumer group.
    package enum Role: String, Sendable {
        /// It brings the database to the present layout first.
        case migrating
        /// It has not been taken into the group.
        case joining
        /// It is in the group, and none of the input topics exists.
        case waitingForInput
        /// It is in the group, and there are no partitions left for it.
        case spare
        /// It reads partitions.
        case reading
    }

    /// What the worker does in its consumer group.
    package var role: Role {
        if assignedPartitions > 0 { return .reading }
        guard isMember else { return isMigrating ? .migrating : .joining }
        return hasInput ? .spare : .waitingForInput
    }

    /// Why the worker is not in its place, nil where it is. A spare worker is: it takes over where another one ends.
    package var assignmentProblem: String? {
        switch role {
        case .migrating: "the database is being brought to the present layout"
        case .joining: "the worker has not been taken into the consumer group"
        case .waitingForInput: "no input topic exists"
        case .spare, .reading: nil
        }
    }

    /// Why the stream counts as stuck, nil where it flows or is idle.
    ///
    /// - Parameters:
    ///   - limit: how long there may be work without a commit.
    ///   - now: seconds of the steady clock.
    package func progressProblem(after limit: Duration, now: Double = SteadyClock.seconds) -> String? {
        guard let waiting = work.waiting(now: now), waiting >= limit / .seconds(1) else { return nil }
        return "\(lag) messages and \(batchesInFlight) batches wait, and nothing was committed for \(Int(waiting)) s"
    }
}
