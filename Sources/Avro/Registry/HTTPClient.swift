import CCurl
import Synchronization

/// One libcurl handle, used by one thread at a time, with its connection kept open between requests.
final class HTTPClient: @unchecked Sendable {
    struct Settings: Sendable {
        /// Seconds for a request as a whole.
        var timeout: Double
        /// PEM file of the authority to trust instead of the system's.
        var certificateAuthority: String?
    }

    struct Response: Sendable {
        var status: Int
        var body: [UInt8]
    }

    struct Failure: Error, Sendable {
        var message: String
    }

    private let handle: UnsafeMutableRawPointer
    private let settings: Settings
    private let lock = Mutex<Void>(())

    /// Bytes of the longest answer that is taken: a schema in JSON, where each byte may be written as two.
    private static let maximumBody = 2 * AvroLimits().schemaBytes + 65_536

    /// libcurl wants to be set up once, before any thread uses it.
    private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(_ settings: Settings) throws(Failure) {
        guard HTTPClient.isReady, let handle = curl_easy_init() else {
            throw Failure(message: "libcurl could not be started")
        }
        self.handle = handle
        self.settings = settings
    }

    deinit {
        curl_easy_cleanup(handle)
    }

    /// Gets `url`, or posts `body` to it.
    func request(_ url: String, posting body: [UInt8]? = nil) throws(Failure) -> Response {
        let result = lock.withLock { _ in Result { () throws(Failure) in try perform(url, body) } }
        return try result.get()
    }

    private final class Collector {
        var body: [UInt8] = []
        var isTooLong = false
    }

    private func perform(_ url: String, _ posted: [UInt8]?) throws(Failure) -> Response {
        curl_easy_reset(handle)
        let collector = Collector()
        var headers = curl_slist_append(nil, "Accept: application/vnd.schemaregistry.v1+json, application/json")
        headers = curl_slist_append(headers, "Content-Type: application/vnd.schemaregistry.v1+json")
        defer { curl_slist_free_all(headers) }
        let milliseconds = Int(max(0.001, settings.timeout) * 1000)
        curl_set_string(handle, CURLOPT_URL, url)
        curl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        curl_set_string(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        curl_set_long(handle, CURLOPT_FOLLOWLOCATION, 1)
        curl_set_long(handle, CURLOPT_MAXREDIRS, 4)
        curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        curl_set_long(handle, CURLOPT_TIMEOUT_MS, milliseconds)
        curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, milliseconds)
        curl_set_list(handle, CURLOPT_HTTPHEADER, headers)
        if let file = settings.certificateAuthority { curl_set_string(handle, CURLOPT_CAINFO, file) }
        curl_set_write_function(handle) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let collector = Unmanaged<Collector>.fromOpaque(context).takeUnretainedValue()
            guard collector.body.count + size * count <= HTTPClient.maximumBody else {
                collector.isTooLong = true
                return 0
            }
            collector.body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: size * count))
            return size * count
        }
        curl_set_pointer(handle, CURLOPT_WRITEDATA, Unmanaged.passUnretained(collector).toOpaque())
        if let posted {
            curl_set_long(handle, CURLOPT_POSTFIELDSIZE, posted.count)
            // The bytes are copied, so that the pointer need not outlive the call.
            posted.withUnsafeBytes { bytes in
                _ = curl_set_pointer(
                    handle,
                    CURLOPT_COPYPOSTFIELDS,
                    UnsafeMutableRawPointer(mutating: bytes.baseAddress)
                )
            }
        }
        let code = withExtendedLifetime(collector) { curl_easy_perform(handle) }
        guard !collector.isTooLong else {
            throw Failure(message: "an answer of more than \(HTTPClient.maximumBody) bytes")
        }
        guard code == CURLE_OK else {
            throw Failure(message: String(cString: curl_easy_strerror(code)))
        }
        var status = 0
        curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        return Response(status: status, body: collector.body)
    }
}
