import Glibc
import SQLite
import Synchronization

/// A change log in one SQLite file: one row a record, one synced commit an append, every record checked when
/// it is read.
///
/// This value is shared by everything in a process that uses the log; writers and readers are made from it,
/// each with a connection of its own for one thread at a time. Beside the file stand `<path>.lock` (who
/// writes), `<path>.end` (how far acknowledged records go, so that lost ones are noticed) and, while in use,
/// SQLite's own `-wal` and `-shm`.
public final class EmbeddedLog: Sendable {
    /// What may be set; every default fits.
    public struct Options: Sendable, Equatable {
        /// A record of more bytes is refused; SQLite itself takes less than 1,000,000,000.
        public var recordBytesMax = 256 << 20
        /// The file grows to this many bytes at the most, its write-ahead part not counted; nil for as large
        /// as the disk.
        public var fileBytesMax: Int?
        /// The log that must be there; nil accepts whichever is.
        public var identity: LogIdentity?

        /// The defaults.
        public init() {}

        /// Throws when a value makes no sense, naming its key.
        public func validate() throws {
            guard (1..<1_000_000_000).contains(recordBytesMax) else {
                throw LogError(
                    .oversized, "recordBytesMax is \(recordBytesMax)", hint: "Set it from 1 to 999999999.")
            }
            if let fileBytesMax, fileBytesMax < 1 << 20 {
                throw LogError(.full, "fileBytesMax is \(fileBytesMax)", hint: "Set it to 1048576 or more.")
            }
        }
    }

    /// The file.
    public let path: String
    /// What was set.
    public let options: Options
    /// Wakes readers in this process when records arrive.
    public let signal = LogSignal()
    let clock: WallClock
    let files: LogFileCalls
    let floors = FloorBook()
    let writers = Atomic<Int>(0)

    /// Names a log; nothing is opened yet.
    public convenience init(path: String, options: Options = Options(), clock: WallClock = .system) throws {
        try self.init(path: path, options: options, clock: clock, files: .system)
    }

    /// Names a log whose files are changed by other calls than the system's; nothing is opened yet.
    package init(path: String, options: Options, clock: WallClock, files: LogFileCalls) throws {
        try options.validate()
        self.path = path
        self.options = options
        self.clock = clock
        self.files = files
    }

    /// Opens the log for writing, making it when there was none, and takes it over from whoever wrote it
    /// before.
    ///
    /// - Throws: `LogError` with `locked` while another writer holds it, `corrupt` when records that were
    ///   acknowledged are not there any more, `foreign` when the file is something else.
    public func writer() throws -> EmbeddedLogWriter {
        try EmbeddedLogWriter(self)
    }

    /// Opens a reader whose floor holds retention back.
    ///
    /// - Parameters:
    ///   - name: Who reads; the same name goes on at its floor.
    ///   - offset: What the reader has already dealt with, when it knows better than the log; nil to keep the
    ///     floor, or to begin with the oldest record.
    /// - Throws: `LogError` with `trimmed` when records after `offset` are gone already.
    public func reader(named name: String, from offset: LogOffset? = nil) throws -> EmbeddedLogReader {
        let reader = try EmbeddedLogReader(self, name: name)
        try reader.register(from: offset)
        return reader
    }

    /// Opens a reader that changes nothing and holds nothing back; works beside a writer in another process.
    public func observer() throws -> EmbeddedLogReader {
        try EmbeddedLogReader(self, name: nil)
    }

    /// Forgets a reader, so that retention no longer waits for it; does nothing when there is none of that
    /// name.
    public func unregister(_ name: String) throws {
        let connection = try openConnection(.readWrite)
        try LogError.mapping(path) {
            try connection.immediate {
                try settle(connection)
                try connection.run("DELETE FROM reader WHERE name = ?1", [.text(name)])
            }
        }
        floors.remove(name)
    }

    /// Makes durable, inside an immediate transaction, what a process that was killed in mid-append left in
    /// the write-ahead file: before it is handed on, appended to or folded. A writer in this process has done
    /// so.
    func settle(_ connection: SQLiteConnection) throws {
        if writers.load(ordering: .sequentiallyConsistent) == 0 { try connection.rewriteWriteAheadFile() }
        connection.setFoldsWhenClosed(true)
    }

    /// A connection for one thread, with the pragmas that every connection to a log has.
    func openConnection(_ access: SQLiteConnection.Access) throws -> SQLiteConnection {
        guard unsafe Glibc.access(path, F_OK) == 0 else {
            // The path is a Swift string, which the call reads and does not keep.
            throw LogError(
                .foreign, "there is no log at \(path)", hint: "Start the migration, or name another folder.")
        }
        return try mappingFirstTouch {
            let connection = try SQLiteConnection(path: path, access: access, busyMilliseconds: 10_000)
            // Only the writer checkpoints, where it can see a failure; records are large and read once, so a
            // small cache does.
            try connection.execute(
                "PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -4096; PRAGMA trusted_schema = OFF")
            // Until it is settled: what may not be durable must not get into the main file.
            connection.setFoldsWhenClosed(false)
            return connection
        }
    }
}
