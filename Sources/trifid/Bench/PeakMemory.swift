import Foundation

/// The most memory that this process has held so far.
enum PeakMemory {
    /// In MiB, 0 where the system does not say.
    static var mebibytes: Double {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kibibytes = line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Double($0) } ?? 0
        return (kibibytes / 1024).rounded()
    }
}
