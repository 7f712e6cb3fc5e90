import Ground
import Glibc
import Synchronization
import Testing

@testable import Service

@Suite struct StopTokenTests {
    @Test func aRequestStays() {
        let token = StopToken()
        #expect(!token.isRequested)
        #expect(!token.wait(for: .milliseconds(1)))
        token.request()
        token.request()
        #expect(token.isRequested)
        #expect(token.wait(for: .seconds(3600)))
        token.wait()
    }

    @Test func actionsRunOnceAndLateOnesAtOnce() {
        let token = StopToken()
        let count = Counter()
        token.onStop { count.add() }
        #expect(count.value == 0)
        token.request()
        token.request()
        #expect(count.value == 1)
        token.onStop { count.add() }
        #expect(count.value == 2)
    }

    @Test func aThreadThatWaitsIsWoken() {
        let token = StopToken()
        let woken = StopToken()
        DedicatedThread.start(name: "a name longer than fifteen bytes") {
            token.wait()
            woken.request()
        }
        token.request()
        #expect(woken.wait(for: .seconds(60)))
    }

    @Test func theFileDescriptorIsReadableFromTheRequestOn() {
        let token = StopToken()
        func isReadable() -> Bool {
            var entry = pollfd(fd: token.fileDescriptor, events: Int16(POLLIN), revents: 0)
            return poll(&entry, 1, 0) == 1
        }
        #expect(!isReadable())
        token.request()
        #expect(isReadable() && isReadable())
    }
}
