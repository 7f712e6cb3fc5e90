/// A fixed crew of threads that share out the pieces of one job after the other.
///
/// Blocking and long numeric work stays off Swift's cooperative pool; each thread keeps its own decoder and workspace,
/// which a job reaches by the thread's number.
public final class WorkCrew: Sendable {
    private typealias Work = @Sendable (_ piece: Int, _ thread: Int) -> Void

    private struct Job: Sendable {
        let pieces: Int
        let work: Work
        var next = 0
        var finished = 0
    }

    private struct State: Sendable {
        var job: Job?
        var stopped = false
    }

    private enum Turn {
        case piece(Int, Work)
        case end
    }

    private let state = Guarded(State())

    /// How many threads work, the caller's not counted.
    public let size: Int

    /// A crew of so many threads, named for what they do.
    public init(size: Int, name: String) {
        self.size = size
        for number in 0..<size {
            DedicatedThread.start(name: "\(name)-\(number)") { [weak self] in
                while let crew = self, crew.workOnce(thread: number) {}
            }
        }
    }

    deinit {
        stop()
    }

    /// Runs `work` once for each piece, on all threads of the crew, and returns when the last is done. One job at a time:
    /// a second caller waits.
    public func run(pieces: Int, _ work: @escaping @Sendable (_ piece: Int, _ thread: Int) -> Void) {
        guard pieces > 0 else { return }
        state.wait { state -> Void? in
            guard state.job == nil else { return nil }
            state.job = Job(pieces: pieces, work: work)
            return ()
        }
        state.wait { state -> Void? in
            guard let job = state.job, job.finished == pieces else { return nil }
            state.job = nil
            return ()
        }
    }

    /// Ends the threads after the job that is running.
    public func stop() {
        state.change { $0.stopped = true }
    }

    /// Waits for a piece and works on it. The wait is bounded so that a crew nobody holds any more ends.
    private func workOnce(thread: Int) -> Bool {
        let turn = state.wait(atMost: .seconds(1)) { state -> Turn? in
            if state.stopped { return .end }
            guard let job = state.job, job.next < job.pieces else { return nil }
            state.job?.next += 1
            return .piece(job.next, job.work)
        }
        switch turn {
        case nil: return true
        case .end: return false
        case .piece(let piece, let work):
            work(piece, thread)
            state.change { $0.job?.finished += 1 }
            return true
        }
    }
}
