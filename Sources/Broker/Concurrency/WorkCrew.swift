import Foundation

/// A fixed crew of threads that share out the pieces of one job after the other.
///
/// Blocking and long numeric work stays off Swift's cooperative pool; each thread keeps its own decoder and workspace,
/// which a job reaches by the thread's number.
final class WorkCrew: @unchecked Sendable {
    private struct Job {
        let pieces: Int
        let work: @Sendable (_ piece: Int, _ thread: Int) -> Void
        var next = 0
        var finished = 0
    }

    private let condition = NSCondition()
    private var job: Job?
    private var stopped = false

    /// How many threads work, the caller's not counted.
    let size: Int

    init(size: Int, name: String) {
        self.size = size
        for number in 0..<size {
            let thread = Thread { [weak self] in
                while let crew = self, crew.workOnce(thread: number) {}
            }
            thread.name = "\(name)-\(number)"
            thread.stackSize = 4 << 20
            thread.start()
        }
    }

    deinit {
        stop()
    }

    /// Runs `work` once for each piece, on all threads of the crew, and returns when the last is done. One job at a time:
    /// a second caller waits.
    func run(pieces: Int, _ work: @escaping @Sendable (_ piece: Int, _ thread: Int) -> Void) {
        guard pieces > 0 else { return }
        condition.lock()
        while job != nil { condition.wait() }
        job = Job(pieces: pieces, work: work)
        condition.broadcast()
        while let running = job, running.finished < pieces { condition.wait() }
        job = nil
        condition.broadcast()
        condition.unlock()
    }

    /// Ends the threads after the job that is running.
    func stop() {
        condition.lock()
        stopped = true
        condition.broadcast()
        condition.unlock()
    }

    /// Waits for a piece and works on it. The wait is bounded so that a crew nobody holds any more ends.
    private func workOnce(thread: Int) -> Bool {
        condition.lock()
        while !stopped {
            if var current = job, current.next < current.pieces {
                let piece = current.next
                current.next += 1
                job = current
                condition.unlock()
                current.work(piece, thread)
                condition.lock()
                job?.finished += 1
                if let running = job, running.finished == running.pieces { condition.broadcast() }
                condition.unlock()
                return true
            }
            if !condition.wait(until: Date(timeIntervalSinceNow: 1)) {
                condition.unlock()
                return true
            }
        }
        condition.unlock()
        return false
    }
}
