import Apply
import Foundation
import Glibc

/// Appends events to a file, one JSON object a line; a delivery returns when the lines are on the disk.
final class JSONLinesSink: EventSink {
    let name: String
    private let file: FileHandle
    private let path: String

    init(path: String) throws {
        self.path = path
        name = "file:\(path)"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw MigrationError(
                .unusableFile, "the event file \(path) cannot be opened: \(String(cString: strerror(errno)))",
                hint: "check the folder and its rights")
        }
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try endTornLine()
    }

    func deliver(_ events: [OutboxEvent]) throws {
        let text = events.map { $0.outboxLine + "\n" }.joined()
        try file.write(contentsOf: Data(text.utf8))
        try file.synchronize()
    }

    /// A crash may have left half a line: it is ended, so that the next event starts on its own.
    private func endTornLine() throws {
        let reader = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { reader.closeFile() }
        let end = try reader.seekToEnd()
        guard end > 0 else { return }
        try reader.seek(toOffset: end - 1)
        if try reader.read(upToCount: 1) != Data("\n".utf8) { try file.write(contentsOf: Data("\n".utf8)) }
    }
}
