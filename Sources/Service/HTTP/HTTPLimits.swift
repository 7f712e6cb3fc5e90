/// What bounds an HTTP server: connections, memory, threads and time.
package struct HTTPLimits: Sendable {
    /// Most connections at once; more wait in the system's queue.
    package var connections = 256
    /// Most connections of one address: a client that opens many and sends nothing keeps out those of its own address, a
    /// probe from another gets through.
    package var connectionsPerAddress = 32
    /// Memory of a connection in bytes, which bounds the request's head.
    package var connectionMemory = 32 << 10
    /// Handlers that run at once.
    package var threads = 4
    /// Seconds without a byte after which a connection is closed.
    package var idleSeconds = 10
    /// Seconds that a client may take to send a request, and as many to take the answer, byte by byte or not. The
    /// handler's own time does not count.
    package var exchangeSeconds = 60.0
    /// Seconds that requests under way have to end at a stop.
    package var stopSeconds = 5.0

    /// The limits that hold where nobody sets others.
    package init() {}
}
