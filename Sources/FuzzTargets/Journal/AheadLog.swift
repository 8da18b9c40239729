import SQLite
import SQLiteConnector

/// Write-ahead logs that may hold anything: a commit's end is never seen where there is none.
final class AheadLog {
    private static let nonce: Int64 = 0x0102_0304_0000_0000

    /// The mark of a row that is in the journal.
    private static func mark(of seq: Int64) -> Int64 { nonce | (seq & 0xFF) }

    private let path: String
    /// A log that SQLite wrote, and the journal row at which each of its commits ends.
    private let real: [UInt8]
    private let ends: [Int64]

    init(folder: String) throws {
        path = folder + "/ahead.db"
        let source = folder + "/real.db"
        let connection = try SQLiteConnection(path: source, access: .create)
        try connection.execute(
            """
            PRAGMA page_size = 512; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;
            PRAGMA synchronous = OFF;
            CREATE TABLE banyan_journal (seq INTEGER PRIMARY KEY, mark, at, origin, tbl, op, o0, n0);
            """)
        var ends: [Int64] = []
        for size in [1, 3, 2, 40, 1] {
            try connection.immediate {
                for number in 1...Int64(size) {
                    try connection.run(
                        "INSERT INTO banyan_journal VALUES (NULL, ?, 1, 0, 1, 1, NULL, 'row')",
                        [.integer(Self.mark(of: (ends.last ?? 0) + number))])
                }
            }
            ends.append((ends.last ?? 0) + Int64(size))
        }
        self.ends = ends
        real = WALImage(resalting: try FileBytes.read(source + "-wal"), salts: (7, 8)).bytes
    }

    /// A file that may hold anything.
    func read(raw: [UInt8]) throws {
        var boundaries = start()
        _ = try look(&boundaries, raw, through: 1 << 40)
    }

    /// Logs whose checksums hold, with pages of the input's making, looked at one after another.
    func readMade(_ input: inout FuzzInput) throws {
        var boundaries = start(movesPages: input.flag())
        var salt = UInt32(input.byte())
        repeat {
            var image = WALImage(pageBytes: 512 << (input.byte() & 3), salts: (salt, 1))
            for _ in 0..<input.number(below: 8) {
                let size = UInt32(input.byte() & 1)
                image.appendFrame(page: UInt32(input.byte()), pagesAfterCommit: size, page(&input))
            }
            _ = try look(&boundaries, image.bytes, through: input.integer())
            salt &+= UInt32(input.byte() & 3)
        } while !input.isAtEnd
    }

    /// A log that SQLite wrote, changed: what is still believed of it is true.
    func readEdited(_ input: inout FuzzInput) throws {
        var edited = real
        repeat {
            ByteEdits.apply(&input, to: &edited, unit: WALImage.frameHeaderBytes + 512)
        } while !input.isAtEnd && edited.count < 1 << 18
        var boundaries = start()
        let found = try look(&boundaries, edited, through: ends.last ?? 0)
        try Self.judge(found, trueEnds: ends)
    }

    /// The log as SQLite wrote it: every commit is seen.
    func readUnchanged() throws {
        var boundaries = start()
        let found = try look(&boundaries, real, through: ends.last ?? 0).map(\.seq)
        try FuzzFinding.unless(found == ends, "commits end at \(ends), seen are \(found)")
    }

    /// Throws when an end is believed where no commit ended, or rows are called one commit that are several.
    static func judge(_ found: [SQLiteCommitEnd], trueEnds: [Int64]) throws {
        var before: Int64 = 0
        for end in found {
            try FuzzFinding.unless(trueEnds.contains(end.seq), "a commit is seen to end at row \(end.seq)")
            let isOne = !trueEnds.contains { $0 > before && $0 < end.seq }
            try FuzzFinding.unless(
                isOne || !end.isExact, "several commits up to row \(end.seq) are called one")
            before = end.seq
        }
    }

    private func start(movesPages: Bool = false) -> WALBoundaries {
        var boundaries = WALBoundaries(path: path)
        boundaries.start(after: 0, nonce: Self.nonce, movesPages: movesPages)
        return boundaries
    }

    private func look(_ boundaries: inout WALBoundaries, _ bytes: [UInt8], through end: Int64) throws
        -> [SQLiteCommitEnd]
    {
        try FileBytes.write(bytes, path + "-wal")
        try boundaries.refresh(through: end, mark: Self.mark(of:))
        let found = boundaries.ends(after: 0, through: end)
        let rows = found.map(\.seq)
        try FuzzFinding.unless(
            zip(rows, rows.dropFirst()).allSatisfy { $0 < $1 } && rows.allSatisfy { $0 > 0 && $0 <= end },
            "commits are seen to end at the rows \(rows) of \(end)")
        return found
    }

    /// A page of the input's bytes, or one that looks like a leaf of the journal.
    private func page(_ input: inout FuzzInput) -> [UInt8] {
        guard input.flag() else { return input.chunk() }
        // One cell at the pointer that follows: length, rowid, header, then the mark of that row or of
        // another.
        let cell = 64 + Int(input.byte() & 63)
        var page: [UInt8] = [0x0D, 0, 0, input.byte() & 1, input.byte() & 7, 0, 0, 0]
        page += [UInt8](repeating: UInt8(cell), count: 16)
        page += [UInt8](repeating: 0, count: cell - page.count)
        let seq = input.byte()
        let mark = Self.nonce | Int64(input.flag() ? seq : input.byte())
        page += [input.byte(), seq, input.byte(), 0, 6] + input.take(Int(input.byte() & 3))
        page += (0..<8).map { UInt8(truncatingIfNeeded: mark >> Int64(56 - 8 * $0)) }
        return page + input.chunk()
    }
}
