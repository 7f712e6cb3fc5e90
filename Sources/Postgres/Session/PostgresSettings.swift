/// How to reach a PostgreSQL server, and how the session is to be.
package struct PostgresSettings: Hashable, Sendable {
    /// A URL (`postgresql://user:password@host:port/database?option=value`) or libpq's `key=value` form.
    package var url: String
    /// What the server shows as the client's name: `trifid GROUP/WORKER`.
    package var applicationName: String
    /// Session settings, sent after connecting: `["jit": "off"]`.
    package var options: [String: String]
    /// The longest that one statement or round trip may take; nil for as long as it takes.
    package var timeout: Duration?

    /// Settings; the URL's own parameters win over our defaults (`connect_timeout=10`, TCP keep-alives of 30 s).
    package init(
        url: String,
        applicationName: String = "trifid",
        options: [String: String] = [:],
        timeout: Duration? = nil
    ) {
        self.url = url
        self.applicationName = applicationName
        self.options = options
        self.timeout = timeout
    }
}
