import Foundation
import Ground
import Testing

@Suite struct ChildProcessTests {
    @Test func tellsHowAProgramEnded() throws {
        #expect(try ChildProcess.run(["sh", "-c", "exit 7"], output: .discarded, limit: .seconds(20)) == 7)
        #expect(try ChildProcess.run(["sh", "-c", "kill -9 $$"], output: .discarded, limit: .seconds(20)) == 128 + 9)
        let child = try ChildProcess(["true"], output: .discarded)
        #expect(child.wait(.seconds(20)) == 0)
        // Asked again after it has been waited for.
        #expect(child.poll() == 0)
    }

    @Test func namesAProgramThatIsNotThere() {
        #expect {
            try ChildProcess(["/nowhere/at-all"], output: .discarded)
        } throws: {
            "\($0)" == "cannot start /nowhere/at-all: No such file or directory"
        }
    }

    @Test func killsWhatDoesNotEndInTime() {
        #expect(throws: ChildProcessError.self) {
            try ChildProcess.run(["sleep", "60"], output: .discarded, limit: .milliseconds(50))
        }
    }

    @Test func aServerThatIsLeftBehindIsNotWaitedFor() throws {
        let start = ContinuousClock.now
        let path = NSTemporaryDirectory() + "trifid-left-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let words = ["sh", "-c", "sleep 30 & echo $! > \(path)"]
        #expect(try ChildProcess.run(words, output: .discarded, limit: .seconds(20)) == 0)
        #expect(ContinuousClock.now - start < .seconds(20))
        // It has inherited where the tests write to; whoever reads there would wait for its end.
        let text = try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(kill(try #require(pid_t(text)), SIGKILL) == 0)
    }

    @Test func theLifelineEndsTheChildsInput() throws {
        let child = try ChildProcess(["cat"], input: .lifeline, output: .discarded)
        #expect(child.wait(.milliseconds(100)) == nil)
        child.hangUp()
        #expect(child.wait(.seconds(20)) == 0)
    }

    @Test func givesTheFirstLine() throws {
        let words = ["sh", "-c", "echo first; echo second; sleep 60"]
        let child = try ChildProcess(words, output: .firstLine)
        #expect(child.firstLine(within: .seconds(20)) == "first")
        child.signal(15)
        #expect(child.wait(.seconds(20)) != nil)
        child.killGroup()
        let silent = try ChildProcess(["sleep", "60"], output: .firstLine)
        #expect(silent.firstLine(within: .milliseconds(50)) == nil)
        silent.killGroup()
    }

    @Test func outputAndErrorsGoToTheEndOfAFile() throws {
        let path = NSTemporaryDirectory() + "trifid-child-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        for word in ["one", "two"] {
            let words = ["sh", "-c", "echo \(word); echo \(word)! >&2"]
            #expect(try ChildProcess.run(words, output: .file(path), limit: .seconds(20)) == 0)
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "one\none!\ntwo\ntwo!\n")
    }

    @Test func namesAFileThatCannotBeWritten() {
        #expect {
            try ChildProcess(["true"], output: .file("/nowhere/log"))
        } throws: {
            "\($0)" == "cannot open /nowhere/log for true: No such file or directory"
        }
    }

    @Test func theChildHasNoneOfOurDescriptors() throws {
        // Not closed on exec, as libraries open theirs.
        let ours = open("/dev/null", O_RDONLY)
        defer { close(ours) }
        let child = try ChildProcess(["sh", "-c", "test ! -e /proc/self/fd/\(ours)"], output: .discarded)
        #expect(child.wait(.seconds(20)) == 0)
    }

    @Test func theChildHasAGroupOfItsOwnAndTheSignalsDefaults() throws {
        let handler = signal(SIGUSR1, SIG_IGN)
        defer { signal(SIGUSR1, handler) }
        let words = ["sh", "-c", "kill -USR1 $$; sleep 60"]
        let child = try ChildProcess(words, output: .discarded)
        #expect(getpgid(child.process) == child.process)
        #expect(child.wait(.seconds(20)) == 128 + SIGUSR1)
    }
}
