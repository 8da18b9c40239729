import Apply
import CrashPoints
import Foundation
import Glibc

/// Appends events to a file, one JSON object a line; a delivery returns when the lines are on the disk.
///
/// In this file every event stands once: after a crash between a delivery and its receipt, what is delivered
/// again is recognized by its id among the last lines, and written and synced again. Whoever appends holds a
/// lock on the file, so that several contexts can share it.
final class JSONLinesSink: EventSink {
    let name: String
    private let file: FileHandle
    private let path: String
    /// Makes a file's bytes, or a folder's names, durable: 0, or -1 with errno set.
    private let sync: (Int32) -> Int32
    /// The ids of the last events in the file; empty once everything that can be delivered again has passed.
    private var recent: Set<String> = []
    /// Whether the file may end in what nobody has receipted: after a start, and after a failure.
    private var isDoubtful = true
    /// Where the file ended when it was last looked at: what stands behind it, somebody else has written.
    private var knownEnd: UInt64 = 0
    /// A crash repeats one delivery of each context at the most, which is much less than this.
    private static let tailBytes: UInt64 = 8 << 20

    init(path: String, sync: @escaping (Int32) -> Int32 = { fsync($0) }) throws {
        self.path = path
        self.sync = sync
        name = "file:\(path)"
        // The path lives through the call, which keeps no pointer to it.
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw Self.unusable(path) }
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // The file may be new: without its name its lines are nowhere.
        let folder = URL(filePath: path).deletingLastPathComponent().path
        try opened(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY) { try makeDurable($0) }
    }

    func deliver(_ events: [OutboxEvent]) throws {
        try locked {
            // Whoever shares the file may have failed in the middle of a line since.
            try dropTornLine()
            try meetOthers()
            let fresh = recent.isEmpty ? events : events.filter { !recent.contains($0.id) }
            if fresh.count < events.count { try writeTailAgain() }
            if !fresh.isEmpty {
                isDoubtful = true
                try file.write(contentsOf: Data(fresh.map { $0.outboxLine + "\n" }.joined().utf8))
                try crashPoint(.relayWritten, as: MigrationError.self)
                try makeDurable(file.fileDescriptor)
                // What follows an event that was never delivered was not delivered either.
                recent = []
                knownEnd = try file.seekToEnd()
            }
            isDoubtful = false
        }
    }

    /// A crash may have left half a line, whose event was never receipted: it is cut off and comes again.
    private func dropTornLine() throws {
        let end = try file.seekToEnd()
        guard end > 0 else { return }
        var start = end
        while start > 0 {
            let from = start > 4_096 ? start - 4_096 : 0
            let block = try read(from, upTo: start)
            if let newline = block.lastIndex(of: 0x0A) {
                let whole = from + UInt64(newline - block.startIndex) + 1
                if whole < end { try file.truncate(atOffset: whole) }
                return
            }
            start = from
        }
        try file.truncate(atOffset: 0)
    }

    /// What is found again may have been written and never synced, or its sync failed, after which the system
    /// takes it for written: only what is written again is synced again.
    private func writeTailAgain() throws {
        let (start, tail) = try tail()
        // Not the file's own descriptor, which appends whatever it writes.
        try opened(path, O_WRONLY) { descriptor in
            var written = 0
            while written < tail.count {
                // The call reads the bytes that are left, which outlive it.
                let count = unsafe tail.withUnsafeBytes { bytes in
                    unsafe pwrite(
                        descriptor, bytes.baseAddress?.advanced(by: written), tail.count - written,
                        off_t(start) + off_t(written))
                }
                guard count > 0 else { throw Self.unusable(path) }
                written += count
            }
            try makeDurable(descriptor)
        }
    }

    private func opened(_ path: String, _ flags: Int32, _ body: (Int32) throws -> Void) throws {
        // The path lives through the call, which keeps no pointer to it.
        let descriptor = unsafe open(path, flags | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.unusable(path) }
        defer { close(descriptor) }
        try body(descriptor)
    }

    private func makeDurable(_ descriptor: Int32) throws {
        guard sync(descriptor) == 0 else { throw Self.unusable(path) }
    }

    private func tail() throws -> (start: UInt64, bytes: Data) {
        let end = try file.seekToEnd()
        let start = end > Self.tailBytes ? end - Self.tailBytes : 0
        return (start, try read(start, upTo: end))
    }

    /// Looks at what others have appended: another context's events, or those of this one, which another
    /// engine has delivered while this one stood still.
    private func meetOthers() throws {
        let end = try file.seekToEnd()
        if isDoubtful || end < knownEnd {
            recent = try ids(from: end > Self.tailBytes ? end - Self.tailBytes : 0, upTo: end)
        } else if end > knownEnd {
            recent.formUnion(try ids(from: knownEnd, upTo: end))
        }
        knownEnd = end
    }

    private func ids(from start: UInt64, upTo end: UInt64) throws -> Set<String> {
        let tail = try read(start, upTo: end)
        // The first line of the tail may be cut; what is no event of ours is nothing to recognize.
        let ids = tail.split(separator: 0x0A).compactMap { line in
            // A line that is no event of ours has no id to recognize.
            (try? JSONDecoder().decode(Line.self, from: Data(line)))?.id
        }
        return Set(ids)
    }

    private struct Line: Decodable {
        var id: String
    }

    private func read(_ start: UInt64, upTo end: UInt64) throws -> Data {
        try file.seek(toOffset: start)
        var data = Data()
        while UInt64(data.count) < end - start {
            guard let more = try file.read(upToCount: Int(end - start) - data.count), !more.isEmpty else {
                break
            }
            data.append(more)
        }
        return data
    }

    private func locked(_ body: () throws -> Void) throws {
        while flock(file.fileDescriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw Self.unusable(path) }
        }
        defer { flock(file.fileDescriptor, LOCK_UN) }
        try body()
    }

    private static func unusable(_ path: String) -> MigrationError {
        // The C library's text is copied before anything else can overwrite it.
        let reason = unsafe String(cString: strerror(errno))
        return MigrationError(
            .unusableFile, "the event file \(path) cannot be used: \(reason)",
            hint: "check the folder and its rights")
    }
}
