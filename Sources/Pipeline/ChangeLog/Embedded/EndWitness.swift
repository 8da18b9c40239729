import Glibc
import Model

/// A small file beside the log that remembers how far acknowledged records go.
///
/// SQLite takes a write-ahead file whose end does not check as a crash in mid-write, and goes on without it:
/// right for a record that was never acknowledged, silent loss for one that was. The witness tells the two
/// apart, and it notices a log file that was removed, emptied or replaced by an older copy. It is written
/// after the sync that made a record durable and is not synced itself: it may lag behind after loss of power,
/// and never runs ahead.
final class EndWitness {
    /// What a witness file says.
    struct Testimony: Equatable {
        var identity: LogIdentity
        var end: LogOffset
    }

    private static let size = 96
    private let descriptor: Int32
    private let identity: LogIdentity
    private let path: String
    private let files: LogFileCalls

    /// Reads a witness; nil when there is none, or none that checks: it says nothing then.
    static func read(_ path: String) -> Testimony? {
        // The call reads the path and keeps nothing.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: size)
        // The array has the room that the call is told of.
        let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
        let fields =
            String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
            .split(separator: "\n").first?.split(separator: " ").map(String.init) ?? []
        guard fields.count == 3, let end = UInt64(fields[1]) else { return nil }
        let identity = LogIdentity(fields[0])
        guard fields[2] == checksum(identity, end) else { return nil }
        return Testimony(identity: identity, end: LogOffset(end))
    }

    /// Opens the witness of a log for writing.
    init(path: String, identity: LogIdentity, files: LogFileCalls) throws {
        // The call reads the path and keeps nothing; the descriptor is owned by this object.
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        self.identity = identity
        self.path = path
        self.files = files
        guard descriptor >= 0 else {
            throw LogError(
                .failed, "\(path) cannot be opened (errno \(errno))", hint: "Check the folder's permissions.")
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Records that everything up to `end` is durable.
    func record(_ end: LogOffset) throws {
        var bytes = Array("\(identity) \(end) \(Self.checksum(identity, end.value))\n".utf8)
        bytes += [UInt8](repeating: 0x20, count: Self.size - 1 - bytes.count) + [0x0A]
        // One write within one disk block.
        let error = files.writeStart(path, descriptor, bytes)
        guard error == 0 else {
            throw LogError(
                error == ENOSPC ? .full : .failed, "\(path) cannot be written (errno \(error))",
                hint: "Make room on the disk, or check the folder's permissions.")
        }
    }

    private static func checksum(_ identity: LogIdentity, _ end: UInt64) -> String {
        String(RecordChain(identity).checksum(Array("end \(end)".utf8)), radix: 16)
    }
}
