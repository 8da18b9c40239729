import FoundationEssentials
import Glibc

/// The file lock that one writer holds for as long as it lives; the system lets go of it when the process
/// ends, however it ends.
final class LogLock {
    private var descriptor: Int32

    /// Takes the lock, or says who has it.
    init(path: String, log: String) throws {
        // The calls read the path and keep nothing; the descriptor is owned by this object.
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw LogError(
                .failed, "the lock file \(path) cannot be opened (errno \(errno))",
                hint: "Check the folder's permissions.")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            let holder = Self.text(descriptor)
            release()
            guard reason == EWOULDBLOCK else {
                throw LogError(
                    .failed, "the lock file \(path) cannot be locked (errno \(reason))",
                    hint: "The file system must support flock; use a local disk.")
            }
            throw LogError(
                .locked, "\(log) is being written by \(holder.isEmpty ? "another process" : holder)",
                hint: "Only one engine may write a log; stop that one first.")
        }
        do {
            try write("process \(getpid()) since \(Date.now.formatted(.iso8601))")
        } catch {
            release()
            throw error
        }
    }

    deinit {
        release()
    }

    /// Lets go of the lock; a second call does nothing.
    func release() {
        guard descriptor >= 0 else { return }
        // A program that is being started at this moment holds a copy of the descriptor until it runs:
        // closing this one would leave it the lock.
        flock(descriptor, LOCK_UN)
        close(descriptor)
        descriptor = -1
    }

    private func write(_ text: String) throws {
        let bytes = Array((text + "\n").utf8)
        // The array outlives the call.
        guard ftruncate(descriptor, 0) == 0, unsafe pwrite(descriptor, bytes, bytes.count, 0) == bytes.count
        else {
            throw LogError(
                errno == ENOSPC ? .full : .failed, "the lock file cannot be written (errno \(errno))",
                hint: "Make room on the disk, or check the folder's permissions.")
        }
    }

    private static func text(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 256)
        // The array has the room that the call is told of.
        let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).split(separator: "\n").first.map(
            String.init) ?? ""
    }
}
