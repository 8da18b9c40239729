import Model
import SQLite

/// Walks records in order inside one snapshot and checks each against the chain before anyone sees it.
struct RecordScan {
    let connection: SQLiteConnection
    let header: LogHeader
    let path: String

    /// The checksum of the record before `offset`, from which its own follows.
    func predecessorChecksum(of offset: LogOffset) throws -> UInt32 {
        let before = LogOffset(offset.value - 1)
        guard before > header.base else { return header.baseChecksum }
        let stored = try LogError.mapping(path, at: before) {
            try connection.integer(
                "SELECT checksum FROM record WHERE \"offset\" = ?1",
                [.integer(Int64(bitPattern: before.value))])
        }
        guard let checksum = stored.flatMap(UInt32.init(exactly:)) else { throw missing(before) }
        return checksum
    }

    /// Visits records from `first` to the log's end, until `byteLimit` bytes have been visited.
    ///
    /// - Parameters:
    ///   - checksum: That of the record before; that of the last one visited afterwards.
    ///   - visit: Gets the offset, the time and the frame's bytes, which are valid for the call only.
    func run(
        from first: LogOffset, checksum: inout UInt32, byteLimit: Int,
        visit: (LogOffset, Int64, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let chain = RecordChain(header.identity)
        let statement = try LogError.mapping(path, at: first) {
            try connection.cached(
                """
                SELECT "offset", appended_at, checksum, frame FROM record
                WHERE "offset" >= ?1 ORDER BY "offset"
                """
            )
        }
        statement.bind(Int64(bitPattern: first.value), at: 1)
        defer { statement.reset() }
        var offset = first
        var taken = 0
        while offset <= header.end, taken < byteLimit {
            let found = try LogError.mapping(path, at: offset) { try statement.step() }
            guard found, statement.integer(0) == Int64(bitPattern: offset.value) else {
                throw missing(offset)
            }
            let appendedAt = statement.integer(1)
            // The bytes stay valid until the next step, and neither `checksum` nor `visit` keeps them.
            let frame = unsafe statement.blobBytes(3)
            guard
                let computed = unsafe chain.verified(
                    frame, offset: offset, appendedAt: appendedAt, previous: checksum,
                    stored: statement.integer(2))
            else {
                throw LogError(
                    .corrupt, at: offset,
                    "record \(offset) of \(path) does not have the checksum that its place demands",
                    hint: LogError.restoreHint)
            }
            unsafe try visit(offset, appendedAt, frame)
            checksum = computed
            taken += max(frame.count, 1)
            offset = offset.next
        }
    }

    private func missing(_ offset: LogOffset) -> LogError {
        LogError(
            .corrupt, at: offset,
            "record \(offset) of \(path) is not there, though the log goes to \(header.end)",
            hint: LogError.restoreHint)
    }
}
