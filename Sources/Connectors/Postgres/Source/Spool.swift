import Capture
import Glibc

/// Messages in a file without a name, where `TMPDIR` says: written to its end, then read once from its start.
///
/// It goes away with its last reference, and with the process.
final class Spool {
    private let descriptor: Int32
    private var pending: [UInt8] = []
    private static let chunk = 256 << 10

    /// The folder for files that nobody else uses, as SQLite chooses it for its own.
    static var folder: String { unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/var/tmp" }

    /// Takes over an open file.
    init(descriptor: Int32) { self.descriptor = descriptor }

    init(in folder: String = Spool.folder) throws {
        var path = Array((folder + "/banyan-XXXXXX").utf8CString)
        // The six letters are `mkstemp`'s to replace. The path lives through the calls. Without a name nobody
        // else opens the file, and a kill leaves nothing.
        let made = unsafe mkstemp(&path)
        descriptor = made
        guard made >= 0, fcntl(made, F_SETFD, FD_CLOEXEC) >= 0, unsafe unlink(path) == 0 else {
            throw Self.failure("make a file")
        }
    }

    deinit { close(descriptor) }

    /// Appends a message of a subtransaction: a beginning and the rest of its bytes.
    func append(id: UInt32, head: [UInt8], _ rest: some Collection<UInt8>) throws {
        append(UInt32(head.count + rest.count))
        append(id)
        pending += head
        pending.append(contentsOf: rest)
        if pending.count >= Self.chunk { try flush() }
    }

    private func append(_ number: UInt32) {
        for shift in stride(from: 24, through: 0, by: -8) {
            pending.append(UInt8(truncatingIfNeeded: number >> UInt32(shift)))
        }
    }

    private func flush() throws {
        var written = 0
        while written < pending.count {
            let count = unsafe pending.withUnsafeBytes { bytes in
                // The rest of the buffer, which lives through the call.
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[written...])
                return unsafe write(descriptor, rest.baseAddress, rest.count)
            }
            guard count >= 0 || errno == EINTR else { throw Self.failure("write") }
            written += max(count, 0)
        }
        pending.removeAll(keepingCapacity: true)
    }

    /// What was written, from its start.
    func reader() throws -> Reader {
        try flush()
        return Reader(self)
    }

    private func read(into buffer: inout [UInt8], at offset: Int) throws -> Int {
        let start = buffer.count
        buffer += [UInt8](repeating: 0, count: Self.chunk)
        var count = -1
        repeat {
            count = unsafe buffer.withUnsafeMutableBytes { bytes in
                // The part that was appended just now.
                let room = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
                return unsafe pread(descriptor, room.baseAddress, room.count, off_t(offset))
            }
        } while count < 0 && errno == EINTR
        guard count >= 0 else { throw Self.failure("read") }
        buffer.removeLast(Self.chunk - count)
        return count
    }

    private static func failure(_ action: String) -> CaptureError {
        let words = unsafe String(cString: strerror(errno))
        return CaptureError(
            .unavailable, "cannot \(action) for transactions that are sent before they end: \(words)",
            hint: "make room in the folder that TMPDIR names (/var/tmp without it); it goes on by itself then"
        )
    }

    /// Reads the messages of a spool.
    struct Reader {
        private let spool: Spool
        private var buffer: [UInt8] = []
        private var place = 0
        private var offset = 0

        init(_ spool: Spool) { self.spool = spool }

        /// The next message and its subtransaction; nil when there is none left.
        mutating func next() throws -> (id: UInt32, message: ArraySlice<UInt8>)? {
            guard try fill(8) else { return nil }
            let count = Int(number(at: place))
            let id = number(at: place + 4)
            guard try fill(8 + count) else {
                throw CaptureError(
                    .unavailable, "a temporary file ends inside a message",
                    hint: "the server sends the transaction again; see to the disk that TMPDIR names")
            }
            defer { place += 8 + count }
            return (id, buffer[place + 8..<place + 8 + count])
        }

        private func number(at place: Int) -> UInt32 {
            buffer[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }

        /// Sees to it that so many bytes are there; false when the file ends before.
        private mutating func fill(_ count: Int) throws -> Bool {
            if buffer.count - place >= count { return true }
            buffer.removeFirst(place)
            place = 0
            while buffer.count < count {
                let got = try spool.read(into: &buffer, at: offset)
                if got == 0 { return false }
                offset += got
            }
            return true
        }
    }
}
