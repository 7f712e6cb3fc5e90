internal import Glibc

extension DurableFile {
    /// A file that lies beside the place that it is to take. Who changes several files makes the drafts of all first: where there is
    /// no room for one of them, none has been replaced. One that nobody has put in its place is gone with its last reference.
    ///
    /// What cannot be replaced, as a pipe or a device, is opened, and gets the bytes when the draft takes its place: what is discarded
    /// has left no trace there either.
    public final class Draft {
        /// The path as it was given.
        public let path: String
        /// Of the file beside, or of what cannot be replaced.
        private let descriptor: Int32
        /// nil: it is written into what stands there.
        private let beside: FileBeside?
        /// What is to be written into that.
        private var held: [UInt8] = []
        private var isOpen = true

        /// Whether it takes the place of a file, and is not written into what stands there.
        public var isReplacing: Bool { beside != nil }

        /// Makes an empty file beside the path, or opens what cannot be replaced.
        ///
        /// - Throws: `Failure`; nothing is left behind then.
        public init(for path: String) throws(Failure) {
            self.path = path
            switch try FilePlace(path) {
            case .vacant(let target): (descriptor, beside) = try FileBeside.make(target, for: path, former: nil)
            case .taken(let target, let former):
                (descriptor, beside) = try FileBeside.make(target, for: path, former: former)
            case .fixed(let found): (descriptor, beside) = (try Self.open(path, found), nil)
            }
        }

        /// Makes it and writes into it.
        ///
        /// - Throws: `Failure`; nothing is left behind then.
        public convenience init(_ bytes: UnsafeRawBufferPointer, for path: String) throws(Failure) {
            try self.init(for: path)
            try write(bytes)
        }

        deinit { discard() }

        /// Writes all of the file, once, and brings it to the disk.
        ///
        /// - Throws: `Failure`; the draft is none any more then.
        public func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
            guard isReplacing else {
                held += bytes
                return
            }
            let failure = put(bytes) ?? (fsync(descriptor) == 0 ? nil : DurableFile.failure(path))
            if let failure {
                discard()
                throw failure
            }
        }

        /// Puts the file in the place of the one that is there, or writes it into what cannot be replaced.
        ///
        /// - Throws: `Failure`; nothing is left behind then.
        public func takePlace() throws(Failure) {
            defer { discard() }
            guard let beside else { return try putHeld() }
            try beside.takePlace(path)
        }

        /// Takes the file away; what stands in its place stays.
        public func discard() {
            guard isOpen else { return }
            isOpen = false
            close(descriptor)
            beside?.remove()
        }

        /// Opens what stays where it is, and is not made: who waits at a pipe's other end is served.
        private static func open(_ path: String, _ found: stat) throws(Failure) -> Int32 {
            let descriptor = Glibc.open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
            guard descriptor >= 0 else { throw DurableFile.failure(path) }
            var status = stat()
            guard fstat(descriptor, &status) == 0, FilePlace.areOne(status, found) else {
                close(descriptor)
                throw Failure(path: path, reason: "it was replaced meanwhile")
            }
            return descriptor
        }

        private func putHeld() throws(Failure) {
            guard isOpen else { throw DurableFile.failure(path, EBADF) }
            var status = stat()
            // A file without a name holds nothing else afterwards; of the others none has a length.
            let isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            let isEmptied = !isFile || ftruncate(descriptor, 0) == 0
            guard var failure = isEmptied ? held.withUnsafeBytes(put) : DurableFile.failure(path) else { return }
            failure.isIntact = false
            throw failure
        }

        /// What the system has against it; nil where all of it is written.
        private func put(_ bytes: UnsafeRawBufferPointer) -> Failure? {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return DurableFile.failure(path) }
                rest = rest.dropFirst(count)
            }
            return nil
        }
    }
}
