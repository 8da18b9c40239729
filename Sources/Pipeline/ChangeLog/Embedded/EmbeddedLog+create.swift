import CrashPoints
import FoundationEssentials
import Glibc
import SQLite

extension EmbeddedLog {
    /// Bytes of one database page: of 4, 16, 32 and 64 KiB, 16 appended fastest at both 64 KiB and 1 MiB a
    /// record.
    static let pageBytes = 16 << 10

    var lockPath: String { path + ".lock" }
    var witnessPath: String { path + ".end" }

    /// Makes the log's file when there is none; the caller holds the lock.
    ///
    /// The file is complete and synced before it gets its name, so that a crash leaves either no log or an
    /// empty one, and an empty *file* is never mistaken for a new log.
    func createIfMissing() throws {
        // The call reads the path and keeps nothing.
        guard unsafe access(path, F_OK) != 0 else { return }
        if let testimony = EndWitness.read(witnessPath), testimony.end > .start {
            throw LogError(
                .corrupt, at: .start.next, "\(path) is gone, though it held records up to \(testimony.end)",
                hint:
                    "Restore it; or, to begin anew and read history again, remove \(witnessPath) too."
            )
        }
        let draft = path + ".new"
        try removeDraft(draft)
        try LogError.mapping(draft) { try writeDraft(draft) }
        try crashPoint(.logDraftWritten, as: LogError.self)
        let error = files.rename(draft, path)
        guard error == 0 else { throw failure("rename \(draft)", error) }
        try crashPoint(.logRenamed, as: LogError.self)
        try syncFolder()
        try crashPoint(.logFolderSynced, as: LogError.self)
    }

    private func removeDraft(_ draft: String) throws {
        for suffix in ["", "-journal", "-wal", "-shm"] {
            guard unsafe unlink(draft + suffix) == 0 || errno == ENOENT else {
                throw failure("remove \(draft + suffix)", errno)
            }
        }
    }

    private func writeDraft(_ draft: String) throws {
        // Made by hand because row values of customers must not be readable by others; SQLite gives its side
        // files the same mode.
        let descriptor = unsafe open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("make \(draft)", errno) }
        close(descriptor)
        let connection = try SQLiteConnection(path: draft, access: .readWrite)
        try connection.execute(
            """
            PRAGMA page_size = \(Self.pageBytes);
            PRAGMA auto_vacuum = INCREMENTAL;
            PRAGMA application_id = \(LogHeader.applicationID);
            PRAGMA user_version = \(LogHeader.formatVersion);
            """)
        try connection.immediate {
            try LogHeader.create(
                connection, identity: options.identity ?? .random(), createdAt: clock.microseconds())
        }
    }

    /// Makes the names of the log's files durable.
    func syncFolder() throws {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        let error = files.syncFolder(folder.isEmpty ? "." : folder)
        guard error == 0 else { throw failure("sync \(folder)", error) }
    }

    private func failure(_ action: String, _ error: Int32) -> LogError {
        LogError(
            error == ENOSPC ? .full : .failed, "cannot \(action) (errno \(error))",
            hint: "Check the folder's permissions and its disk.")
    }
}
