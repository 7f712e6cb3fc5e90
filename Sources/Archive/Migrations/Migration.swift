/// One step of the database's layout. Steps are only ever added: one that has been released never changes.
struct Migration: Sendable {
    /// Steps are numbered from 1 without gaps.
    let version: Int
    /// What it makes, for the log.
    let name: String
    /// The commands, run in one transaction.
    let sql: String

    /// All steps in order.
    static let all: [Migration] = [
        .foundation, .stream, .photometry, .modalities, .annotations, .quality, .updates, .turns,
    ]
}
