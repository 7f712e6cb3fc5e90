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

    /// What the stream logs to.
    var logger: Logger {
        Logger("stream", to: LogSink.lines(level: .info) { [self] in write($0, $1) })
    }

    private func write(_ level: LogLevel, _ line: String) {
        if level > .info { board.warn(line) }
        file.withLock { try? $0.write(contentsOf: Data("\(UTCTime.now) \(line)\n".utf8)) }
    }
}
