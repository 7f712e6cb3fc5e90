/// What bounds an HTTP server: connections, memory, threads and time.
public struct HTTPLimits: Sendable {
    /// Most connections at once; more wait in the system's queue.
    public var connections = 256
    /// Most connections of one address: a client that opens many and sends nothing keeps out those of its own address, a
    /// probe from another gets through.
    public var connectionsPerAddress = 32
    /// Memory of a connection in bytes, which bounds the request's head.
    public var connectionMemory = 32 << 10
    /// Handlers that run at once.
    public var threads = 4
    /// Seconds without a byte after which a connection is closed.
    public var idleSeconds = 10
    /// Seconds that a client may take to send a request, and as many to take the answer, byte by byte or not. The
    /// handler's own time does not count.
    public var exchangeSeconds = 60.0
    /// Seconds that requests under way have to end at a stop.
    public var stopSeconds = 5.0

    /// The limits that hold where nobody sets others.
    public init() {}
}
