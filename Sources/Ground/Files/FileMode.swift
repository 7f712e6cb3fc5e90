internal import Glibc

/// Whom a file lets in that takes another's place.
///
/// Owner, group and mode are those of the former one. A process may give a file away only as root, and to a group only where it is in
/// it. Where the group cannot be kept, those who read the former file by it are among the others now: they read the new one as far as
/// the process lets others read what it makes (its umask), and so do all others. With a umask of 022 a file of mode 640 becomes one of
/// 644, with 027 it is read by the process's own group alone: as a new one, in both cases. It would else be lost to those for whom its
/// group was chosen, as a model that one account trains and another runs. What the group could not read (600) is never opened, and
/// nobody may write who could not. An owner who cannot be kept reads as the group or the others do.
enum FileMode {
    /// What a file is made with.
    private static let new: mode_t = 0o644

    /// Gives an empty file, which nobody else may read, the group, the mode and the owner of another one.
    static func inherit(_ descriptor: Int32, _ former: stat) {
        // Each by itself: to change both is refused as a whole where one may not be. The mode before the owner, for what has been
        // given away may no longer be changed.
        let keepsGroup = fchown(descriptor, uid_t.max, former.st_gid) == 0
        let mode = former.st_mode & 0o777
        _ = fchmod(descriptor, keepsGroup ? mode : withoutGroup(mode, new: new & ~umask))
        _ = fchown(descriptor, former.st_uid, gid_t.max)
    }

    /// The mode of a file whose group is another than the former's.
    ///
    /// - Parameters:
    ///   - former: the former's.
    ///   - new: what a new file would have.
    static func withoutGroup(_ former: mode_t, new: mode_t) -> mode_t {
        let read: mode_t = 0o4
        let (byGroup, others) = (former >> 3 & read, former & 0o7)
        // The process's own group was among the others before.
        return former & 0o700 | (others | byGroup & (new >> 3)) << 3 | others | byGroup & new
    }

    /// What the process takes from the modes of files that it makes. umask(2) tells it only by changing it, for all threads: what
    /// another one makes meanwhile would be open to all. Where the system does not tell, nobody else is let in.
    private static var umask: mode_t {
        guard let status = try? FileContents.read("/proc/self/status", maximum: 1 << 16) else { return 0o777 }
        let line = status.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: "Umask:".utf8) }
        let digits = line.map { String(decoding: $0.dropFirst(6), as: UTF8.self) }?.filter(\.isNumber)
        return digits.flatMap { mode_t($0, radix: 8) } ?? 0o777
    }
}
