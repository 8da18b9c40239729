import Glibc

/// Reads a write-ahead log file in place; nothing is ever written or locked.
final class WALFile {
    private let descriptor: Int32

    /// Opens the file; nil when there is none, as outside WAL mode.
    init?(path: String) {
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return nil }
    }

    deinit {
        // It runs also when there is no file.
        if descriptor >= 0 { close(descriptor) }
    }

    /// Whether the file was removed since it was opened.
    var isUnlinked: Bool {
        var status = stat()
        // The call fills the structure before it is looked at.
        return unsafe fstat(descriptor, &status) != 0 || status.st_nlink == 0
    }

    /// The file's length in bytes; 0 when it cannot be asked.
    var size: Int {
        var status = stat()
        // The call fills the structure before it is looked at.
        return unsafe fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Up to `count` bytes at `offset`; fewer at the file's end, none when it cannot be read.
    func read(_ count: Int, at offset: Int) -> [UInt8] {
        unsafe Array(unsafeUninitializedCapacity: count) { buffer, filled in
            // The call writes at most `count` bytes, which the buffer holds.
            filled = unsafe max(0, pread(descriptor, buffer.baseAddress, count, off_t(offset)))
        }
    }
}
