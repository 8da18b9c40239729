import CFaultDisk
package import ChangeLog
import Glibc
public import TestKit

/// A folder on a disk that loses what was not synced, for code that uses SQLite.
///
/// SQLite's files in the folder are real files; beside them a model keeps what a disk would hold. A cut ends
/// every open file; a restart leaves in the folder what survived it, chosen by the seed: of the changes
/// since a file's last sync all, none, the first ones or any, writes torn into sectors, and of the names
/// made, changed or removed since the folder's last sync any. Other folders are not touched, so a disk of
/// one test does not disturb another.
@safe public final class FaultDisk: @unchecked Sendable {
    /// What a cut takes away.
    public enum Cut: Sendable {
        /// The process only; what was written stays in the system's memory.
        case process
        /// The system's memory too.
        case power
    }

    /// Where it is.
    public let folder: TemporaryFolder
    // Sendable holds because every call on the pointer takes the disk's own lock, and it never changes.
    private let disk: OpaquePointer

    /// An empty disk.
    ///
    /// - Parameters:
    ///   - name: The beginning of the folder's name.
    ///   - seed: What every choice follows from.
    public init(_ name: String, seed: UInt64) throws {
        folder = try TemporaryFolder(name, isInMemory: true)
        // The call reads the path and keeps a copy of its own.
        guard let mounted = unsafe banyan_disk_mount(folder.path, seed) else {
            throw ExamFailure("\(folder.path) cannot be made a disk (errno \(errno))")
        }
        unsafe disk = mounted
    }

    deinit {
        unsafe banyan_disk_unmount(disk)
    }

    // In all that follows the pointer lives as long as self.

    /// Whether every call fails until the next restart.
    public var isCut: Bool { unsafe banyan_disk_is_cut(disk) != 0 }
    /// Changes asked for so far: writes, truncations, syncs, names.
    public var changes: Int { unsafe Int(banyan_disk_changes(disk)) }
    /// Syncs that failed.
    public var failedSyncs: Int { unsafe Int(banyan_disk_failed_syncs(disk)) }
    /// Writes that found no room.
    public var refusals: Int { unsafe Int(banyan_disk_refusals(disk)) }

    /// Cuts now.
    public func cut() { unsafe banyan_disk_cut(disk) }

    /// Cuts in the middle of the change with this number from now, 1 being the next.
    public func cut(atChange number: Int) { unsafe banyan_disk_cut_after(disk, Int64(number)) }

    /// Lets the sync with this number from now fail; 0 lets none fail.
    ///
    /// What it should have made durable may never become so, though it can be read until the system forgets
    /// it.
    public func failSync(number: Int) { unsafe banyan_disk_fail_sync(disk, Int64(number)) }

    /// Lets the files grow by so many bytes in all from now on; nil for any number.
    public func limitRoom(_ bytes: Int?) { unsafe banyan_disk_room(disk, Int64(bytes ?? -1)) }

    /// Makes syncs return without having synced anything.
    public func ignoreSyncs(_ ignores: Bool) { unsafe banyan_disk_lie(disk, ignores ? 1 : 0) }

    /// Makes SQLite's own syncs of the folder fail, which it does not notice; the log's still work.
    public func refuseFolderSyncs(_ refuses: Bool) {
        unsafe banyan_disk_refuse_folder(disk, refuses ? 1 : 0)
    }

    /// Starts again after a cut, with no fault ordered.
    public func restart(after cut: Cut) throws {
        let kind = cut == .power ? BANYAN_DISK_POWER : BANYAN_DISK_KILL
        let error = unsafe banyan_disk_restart(disk, Int32(kind))
        guard error == 0 else { throw ExamFailure("the disk does not start again (errno \(error))") }
    }

    /// The path of a file on it.
    public func file(_ name: String) -> String { folder.file(name) }

    /// Makes every name in the folder durable.
    public func syncFolder() { unsafe _ = banyan_disk_sync_folder(disk) }

    /// The calls by which a log on this disk changes files without SQLite.
    package var logFiles: LogFileCalls {
        LogFileCalls(
            // The disk is kept by each closure; the calls read what they are given and keep nothing.
            rename: { [self] from, to in unsafe banyan_disk_rename(disk, from, to) },
            syncFolder: { [self] _ in unsafe banyan_disk_sync_folder(disk) },
            writeStart: { [self] path, descriptor, bytes in
                unsafe banyan_disk_write_start(disk, path, descriptor, bytes, bytes.count)
            })
    }
}
