internal import Glibc

/// What stands where a path leads, by which it is known what a new file does there.
enum FilePlace {
    /// Nothing: a new file is made at this path.
    case vacant(path: String)
    /// A regular file at this path, which is replaced.
    case taken(path: String, by: stat)
    /// What a new file cannot replace: a pipe, a device, or what has no name any more and is reached by a descriptor alone
    /// (`/dev/stdout`).
    case fixed(stat)

    /// - Throws: `DurableFile.Failure` for a folder, and where the system does not tell.
    init(_ path: String) throws(DurableFile.Failure) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT else { throw DurableFile.failure(path) }
            self = .vacant(path: try Self.end(of: path))
            return
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: throw DurableFile.failure(path, EISDIR)
        case S_IFREG: self = Self.name(of: path, status).map { .taken(path: $0, by: status) } ?? .fixed(status)
        default: self = .fixed(status)
        }
    }

    /// Whether two are one file, or will be.
    func isSame(as other: FilePlace) -> Bool {
        switch (self, other) {
        case (.vacant(let one), .vacant(let two)):
            var (first, second) = (stat(), stat())
            return Self.last(of: one) == Self.last(of: two) && stat(Self.folder(of: one), &first) == 0
                && stat(Self.folder(of: two), &second) == 0 && Self.areOne(first, second)
        case (.taken(_, let one), .taken(_, let two)), (.fixed(let one), .fixed(let two)): return Self.areOne(one, two)
        default: return false
        }
    }

    static func areOne(_ first: stat, _ second: stat) -> Bool {
        first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// The folder that a path's last name stands in.
    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { path[..<$0].isEmpty ? "/" : String(path[..<$0]) } ?? "."
    }

    private static func last(of path: String) -> Substring {
        path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
    }

    /// The name of the regular file that a path leads to; nil where it has none: a file that is open and was removed.
    private static func name(of path: String, _ found: stat) -> String? {
        guard isLink(path) else { return path }
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        let name = String(cString: resolved)
        var status = stat()
        return stat(name, &status) == 0 && areOne(status, found) ? name : nil
    }

    /// Most links that are followed one after another, as by the system.
    private static let mostLinks = 40

    /// The path that a new file takes where a path leads nowhere: its own, or that of the last link that it leads to.
    private static func end(of path: String) throws(DurableFile.Failure) -> String {
        var place = path
        for _ in 0..<mostLinks {
            guard let next = destination(of: place) else { return place }
            var status = stat()
            guard lstat(next, &status) == 0 else {
                guard errno == ENOENT else { throw DurableFile.failure(path) }
                return place
            }
            place = next
        }
        throw DurableFile.failure(path, ELOOP)
    }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// What a link names, from where the program was started; nil where it is no link.
    private static func destination(of link: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(link, &buffer, buffer.count)
        guard count >= 0 else { return nil }
        let name = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard !name.hasPrefix("/"), let slash = link.lastIndex(of: "/") else { return name }
        return String(link[...slash]) + name
    }
}
