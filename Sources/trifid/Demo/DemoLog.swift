import Broker
import Foundation
import Ground
import Service
import Synchronization

/// The broker's log, in a file; warnings also go to the board.
final class DemoLog: Sendable {
    private let file: Mutex<FileHandle>
    private let board: DemoBoard

    init(path: String, board: DemoBoard) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw CommandFailure(.refused, "cannot write the log \(path)") }
        file = Mutex(handle)
        self.board = board
    }

    func write(_ event: StreamEvent) {
        let text = ([event.message] + event.fields.map { "\($0.name)=\($0.value)" }).joined(separator: " ")
        if event.level != .info { board.warn(text) }
        let line = "\(UTCTime.now) \(event.level.rawValue) \(text)\n"
        file.withLock { try? $0.write(contentsOf: Data(line.utf8)) }
    }
}
