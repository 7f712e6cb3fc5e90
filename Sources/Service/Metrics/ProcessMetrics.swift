internal import Glibc
import Ground

/// What every process exports: memory, processor time, open files, start time, and which build it is. The names are
/// those of Prometheus' own client libraries.
package enum ProcessMetrics {
    /// Declares them; they are read at each scrape.
    package static func declare(in metrics: MetricsRegistry) {
        let resident = metrics.gauge("process_resident_memory_bytes", "Resident memory size in bytes.")
        let virtual = metrics.gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.")
        let processor = metrics.total("process_cpu_seconds_total", "User and system time spent, in seconds.")
        let files = metrics.gauge("process_open_fds", "Number of open file descriptors.")
        let threads = metrics.gauge("process_threads", "Number of threads.")
        let start = metrics.gauge("process_start_time_seconds", "Start time in seconds since 1970-01-01 UTC.")
        start.set(Double(UTCTime.now.milliseconds) / 1000)
        metrics.gauge("trifid_build_info", "1, with the version as a label.", labels: "version", "build")
            .labelled(BuildInformation.version, BuildInformation.configuration).set(1)
        metrics.beforeScrape {
            let memory = memoryPages()
            let page = Double(sysconf(Int32(_SC_PAGESIZE)))
            virtual.set(Double(memory.total) * page)
            resident.set(Double(memory.resident) * page)
            processor.labelled().set(ProcessorClock.process)
            files.set(Double(entries(of: "/proc/self/fd")))
            threads.set(Double(entries(of: "/proc/self/task")))
        }
    }

    private static func memoryPages() -> (total: Int, resident: Int) {
        let text = (try? FileContents.read("/proc/self/statm")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let pages = text.split(separator: " ").prefix(2).compactMap { Int($0) }
        return pages.count == 2 ? (pages[0], pages[1]) : (0, 0)
    }

    private static func entries(of folder: String) -> Int {
        guard let directory = opendir(folder) else { return 0 }
        defer { closedir(directory) }
        var count = -2  // "." and ".."
        while readdir(directory) != nil { count += 1 }
        return max(0, count)
    }
}
