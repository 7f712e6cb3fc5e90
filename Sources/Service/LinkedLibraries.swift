internal import Glibc
internal import Ground

/// The C libraries that this process has loaded, by the version that they name themselves at run time: a newer
/// librdkafka in `LD_LIBRARY_PATH` shows here. libavro names none: it goes by its file, as `libavro.so.23.0.0`.
package enum LinkedLibraries {
    /// One library.
    package struct Library: Sendable, Equatable {
        /// Its usual name.
        package let name: String
        /// What it says of itself.
        package let version: String
    }

    /// All that are loaded.
    package static var versions: [Library] {
        let openBLAS = text(of: "openblas_get_config").map { config in
            // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY SkylakeX MAX_THREADS=128"
            let words = config.split(separator: " ")
            let number = words.dropFirst().first.map(String.init) ?? config
            return text(of: "openblas_get_corename").map { "\(number) (\($0))" } ?? number
        }
        let candidates: [(String, String?)] = [
            ("librdkafka", text(of: "rd_kafka_version_str")),
            ("libpq", number(of: "PQlibVersion").map { "\($0 / 10_000).\($0 % 10_000)" }),
            ("libavro", fileVersion(of: "libavro")),
            ("OpenBLAS", openBLAS),
            ("libmicrohttpd", text(of: "MHD_get_version")),
            (
                "libcurl",
                text(of: "curl_version")?.split(separator: " ").first.map { String($0.dropFirst("libcurl/".count)) }
            ),
            ("libyaml", text(of: "yaml_get_version_string")),
            ("zlib", text(of: "zlibVersion")),
            ("libzstd", text(of: "ZSTD_versionString")),
        ]
        return candidates.compactMap { name, version in version.map { Library(name: name, version: $0) } }
    }

    private static func text(of function: String) -> String? {
        typealias Function = @convention(c) () -> UnsafePointer<CChar>?
        guard let symbol = dlsym(nil, function) else { return nil }
        return unsafeBitCast(symbol, to: Function.self)().map { String(cString: $0) }
    }

    /// What stands behind `.so.` in the name of the file that a library was loaded from.
    private static func fileVersion(of library: String) -> String? {
        guard let maps = try? FileContents.read("/proc/self/maps", maximum: 1 << 20) else { return nil }
        let text = String(decoding: maps, as: UTF8.self)
        guard let name = text.firstRange(of: "/\(library).so.") else { return nil }
        return String(text[name.upperBound...].prefix { $0.isNumber || $0 == "." })
    }

    private static func number(of function: String) -> Int32? {
        typealias Function = @convention(c) () -> Int32
        return dlsym(nil, function).map { unsafeBitCast($0, to: Function.self)() }
    }
}
