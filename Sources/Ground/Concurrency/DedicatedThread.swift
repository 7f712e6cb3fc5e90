internal import Glibc

/// A thread of its own for calls that block, away from the pool of the language's tasks.
public enum DedicatedThread {
    private final class Work: Sendable {
        let name: String
        let body: @Sendable () -> Void
        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Bytes of a thread's stack.
    private static let stackSize = 4 << 20

    /// Starts a thread that runs `body` and ends. Its name is cut to 15 bytes, as the system keeps it.
    public static func start(name: String, _ body: @escaping @Sendable () -> Void) {
        let work = Unmanaged.passRetained(Work(name: name, body: body)).toOpaque()
        var thread = pthread_t()
        let status = withUnsafeTemporaryAllocation(of: pthread_attr_t.self, capacity: 1) { room -> Int32 in
            guard let attributes = room.baseAddress else { return ENOMEM }
            pthread_attr_init(attributes)
            defer { pthread_attr_destroy(attributes) }
            // Whatever limit the process was started under: bounds of recursion are measured against this stack.
            pthread_attr_setstacksize(attributes, stackSize)
            return pthread_create(&thread, attributes, threadMain, work)
        }
        precondition(status == 0, "no thread can be started: \(String(cString: strerror(status)))")
        pthread_detach(thread)
    }

    private static let threadMain: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { pointer in
        guard let pointer else { return nil }
        let work = Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue()
        nameThisThread(work.name)
        work.body()
        return nil
    }

    /// The name that top(1) and debuggers show.
    private static func nameThisThread(_ name: String) {
        let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        let bytes = Array(name.utf8.prefix(15))
        _ = write(descriptor, bytes, bytes.count)
        close(descriptor)
    }
}
