import Capture
import Glibc
import Model
import PostgreSQL
import TestKit
import Testing

@testable import PostgresConnector

/// Large transactions, which the server sends in pieces before they have ended.
@Suite struct PostgresPiecesTests {
    /// The least that a session decodes before it sends: transactions of more come in pieces.
    private static let soon = ["logical_decoding_work_mem=64kB"]
    private static let table = "CREATE TABLE t (id int PRIMARY KEY, v text)"

    /// Rows of about 200 bytes.
    private static func rows(_ ids: ClosedRange<Int>) -> String {
        "INSERT INTO t SELECT n, repeat('v', 200) FROM generate_series(\(ids.lowerBound), \(ids.upperBound)) n"
    }

    private static func words(_ ids: some Sequence<Int>) -> [String] {
        ids.map { "insert t (\($0), \(String(repeating: "v", count: 200)))" }
    }

    /// Reads until a piece of a transaction has been kept, with what else comes.
    private func waitForPiece(_ source: PatientSource) throws -> [String] {
        var words: [String] = []
        try waitUntil("a piece has come") {
            words += try source.words()
            return !source.inner.streamed.isEmpty
        }
        return words
    }

    @Test func comesWholeWhenItHasCommittedAndOthersComeMeanwhile() throws {
        let captured = try CapturedDatabase(Self.table, ["t"])
        let source = try captured.open(after: nil, settings: Self.soon)
        let large = try captured.database.connect()
        try large.execute("BEGIN; \(Self.rows(1...1_500))")
        try captured.app.execute(Self.rows(9_001...9_002))
        #expect(try waitForPiece(source) == Self.words(9_001...9_002))
        try large.execute(Self.rows(1_501...2_000))
        try captured.app.execute(Self.rows(9_003...9_003))
        #expect(try source.words() == Self.words(9_003...9_003))
        try source.confirm(source.resumePoint.position)
        try large.execute("UPDATE t SET v = 'w' WHERE id = 7; DELETE FROM t WHERE id = 8; COMMIT")
        try captured.app.execute(Self.rows(9_004...9_004))
        let expected =
            Self.words(1...2_000) + ["update t (7, -) (7, w)", "delete t (8, -)"] + Self.words(9_004...9_004)
        #expect(try source.words() == expected)
        #expect(source.inner.streamed.isEmpty)
    }

    @Test func whatIsRolledBackInsideItNeverComes() throws {
        let captured = try CapturedDatabase(Self.table, ["t"])
        let source = try captured.open(after: nil, settings: Self.soon)
        let large = try captured.database.connect()
        try large.execute("BEGIN; SAVEPOINT a; \(Self.rows(1...1_000))")
        _ = try waitForPiece(source)
        try large.execute(
            "SAVEPOINT b; \(Self.rows(1_001...1_500)); SAVEPOINT c; \(Self.rows(1_501...1_600))")
        try large.execute("RELEASE c; ROLLBACK TO b; \(Self.rows(1_001...1_010))")
        try large.execute("ROLLBACK TO a; \(Self.rows(1...700)); SAVEPOINT d; \(Self.rows(701...1_400))")
        try large.execute("RELEASE d; COMMIT")
        #expect(try source.words() == Self.words(1...1_400))
    }

    @Test func oneThatIsRolledBackLeavesNothing() throws {
        let captured = try CapturedDatabase(Self.table, ["t"])
        let source = try captured.open(after: nil, settings: Self.soon)
        let large = try captured.database.connect()
        try large.execute("BEGIN; \(Self.rows(1...1_500))")
        #expect(try waitForPiece(source).isEmpty)
        try large.execute("ROLLBACK")
        try captured.app.execute(Self.rows(1...1))
        #expect(try source.words() == Self.words(1...1))
        #expect(source.inner.streamed.isEmpty)
    }

    /// What is prepared may be ended by anybody, long after.
    @Test func oneThatIsPreparedComesWhenItIsCommittedAndNotWhenItIsRolledBack() throws {
        let captured = try CapturedDatabase(Self.table, ["t"])
        let source = try captured.open(after: nil, settings: Self.soon)
        let large = try captured.database.connect()
        let (kept, dropped) = ("kept_\(captured.name)", "dropped_\(captured.name)")
        try large.execute("BEGIN; \(Self.rows(1...1_500)); PREPARE TRANSACTION '\(kept)'")
        try large.execute("BEGIN; \(Self.rows(2_001...3_500)); PREPARE TRANSACTION '\(dropped)'")
        #expect(try waitForPiece(source).isEmpty)
        try captured.app.execute(Self.rows(9_001...9_001))
        #expect(try source.words() == Self.words(9_001...9_001))
        try captured.app.execute("ROLLBACK PREPARED '\(dropped)'")
        try captured.app.execute("COMMIT PREPARED '\(kept)'")
        #expect(try source.words() == Self.words(1...1_500))
        try captured.app.execute(Self.rows(9_002...9_002))
        #expect(try source.words() == Self.words(9_002...9_002))
        #expect(source.inner.streamed.isEmpty)
    }

    /// Values that an update leaves alone, of every type that is kept outside of its row.
    @Test(arguments: [false, true])
    func whatIsLeftAloneIsAbsentWhateverItsType(isLarge: Bool) throws {
        let types = ["text", "bytea", "json", "jsonb", "text[]", "int4[]", "numeric", "xml"]
        let columns = types.indices.map { "c\($0) \(types[$0])" }.joined(separator: ", ")
        let external = types.indices.map { "ALTER c\($0) SET STORAGE EXTERNAL" }.joined(separator: ", ")
        let captured = try CapturedDatabase(
            "CREATE TABLE w (id int PRIMARY KEY, v int, \(columns)); ALTER TABLE w \(external); \(Self.table)",
            ["w", "t"])
        let settings = isLarge ? Self.soon : []
        let source = try captured.open(after: nil, settings: settings)
        try captured.app.execute(
            """
            INSERT INTO w SELECT 1, 1, s, s::bytea, to_json(s), to_jsonb(s), ARRAY[s, s],
                ARRAY(SELECT g FROM generate_series(1, 3000) g), repeat('7', 9000)::numeric,
                xmlparse(CONTENT '<a>' || s || '</a>') FROM (SELECT repeat('y', 9000) AS s) x
            """)
        #expect(try source.words().count == 1)
        let fill = isLarge ? Self.rows(1...1_500) + ";" : ""
        try captured.app.execute("BEGIN; \(fill) UPDATE w SET v = 2; UPDATE w SET id = 7; COMMIT")
        let words = try source.words()
        let absent = types.map { _ in "-" }.joined(separator: ", ")
        #expect(
            words.suffix(2) == [
                "update w (1, -, \(absent)) (1, 2, \(absent))",
                "update w (1, -, \(absent)) (7, 2, \(absent))",
            ])
        #expect(words.count == (isLarge ? 1_502 : 2))
    }

    @Test func itsPartsAreBoundedAndOneTransaction() throws {
        let captured = try CapturedDatabase(Self.table, ["t"])
        let source = try captured.open(after: nil, settings: Self.soon)
        try captured.app.execute("BEGIN; \(Self.rows(1...3_000)); \(Self.rows(3_001...3_500)); COMMIT")
        var batches: [ChangeBatch] = []
        while let batch = try source.next(byteLimit: 20_000) { batches.append(batch) }
        #expect(batches.count > 20 && batches.dropLast().allSatisfy(\.continues))
        #expect(batches.last?.continues == false)
        #expect(batches.allSatisfy { $0.bytes.count < 21_000 })
        #expect(Set(batches.flatMap(\.transactions).map(\.position)).count == 1)
        let id = try captured.app.query("SELECT xmin FROM t LIMIT 1").integer(0, 0)
        #expect(Set(batches.flatMap(\.transactions).map(\.id)) == [id.map { UInt64($0) }])
        #expect(batches.reduce(0) { $0 + $1.changes.count } == 3_500)
    }

    /// A stop between the pieces, and one between the parts that were handed out: it comes again, whole.
    @Test func comesAgainFromItsStartAfterAStop() throws {
        let captured = try CapturedDatabase(Self.table, ["t"])
        var source = try captured.open(after: nil, settings: Self.soon)
        let large = try captured.database.connect()
        try captured.app.execute(Self.rows(9_001...9_001))
        _ = try source.words()
        let point = source.resumePoint
        try source.confirm(point.position)
        try large.execute("BEGIN; \(Self.rows(1...1_500))")
        _ = try waitForPiece(source)
        source = try captured.open(after: point, settings: Self.soon)
        #expect(source.inner.streamed.isEmpty)
        try large.execute("\(Self.rows(1_501...1_600)); COMMIT")
        let first = try #require(try source.next(byteLimit: 10_000))
        #expect(first.continues && source.resumePoint == point)
        source = try captured.open(after: point, settings: Self.soon)
        #expect(try source.words() == Self.words(1...1_600))
        let end = source.resumePoint
        // The slot was told nothing, so the server sends it once more, and it is passed over.
        source = try captured.open(after: end, settings: Self.soon)
        try captured.app.execute(Self.rows(9_002...9_002))
        #expect(try source.words() == Self.words(9_002...9_002))
    }

    @Test func theShapeOfATableIsThatOfItsTransaction() throws {
        let captured = try CapturedDatabase(
            "\(Self.table); CREATE TABLE u (id int PRIMARY KEY, v text)", ["t", "u"])
        let source = try captured.open(after: nil, settings: Self.soon)
        let large = try captured.database.connect()
        try large.execute(
            "BEGIN; ALTER TABLE u ADD w int; INSERT INTO u VALUES (1, 'a', 2); \(Self.rows(1...1_500))")
        _ = try waitForPiece(source)
        try large.execute("SAVEPOINT s; ALTER TABLE u ADD x int; INSERT INTO u VALUES (2, 'b', 3, 4)")
        try large.execute("ROLLBACK TO s; INSERT INTO u VALUES (3, 'c', 5); COMMIT")
        try captured.app.execute("INSERT INTO u VALUES (4, 'd', 6)")
        let words = try source.words().filter { $0.contains("insert u") }
        #expect(words == ["insert u (1, a, 2)", "insert u (3, c, 5)", "insert u (4, d, 6)"])
    }

    @Test func whatBanyanWroteItselfIsKnownByItsOrigin() throws {
        let captured = try CapturedDatabase(Self.table, ["t"])
        let source = try captured.open(after: nil, settings: Self.soon)
        let own = try captured.database.connect()
        let origin = "banyan_\(captured.name)"
        _ = try own.query("SELECT pg_replication_origin_create($1)", [origin])
        _ = try own.query("SELECT pg_replication_origin_session_setup($1)", [origin])
        try own.execute("BEGIN; \(Self.rows(1...1_500))")
        _ = try waitForPiece(source)
        try own.execute("\(Self.rows(1_501...1_600)); COMMIT")
        try captured.app.execute(Self.rows(2_000...2_000))
        #expect(try source.transactions().map(\.origin) == [.banyan, .application])
    }

    // MARK: the file

    @Test func messagesOfAnySizeComeBackInTheirOrder() throws {
        let spool = try Spool()
        let sizes = [0, 1, 7, 300_000, 262_144, 3, 1_000_000, 0]
        for (number, size) in sizes.enumerated() {
            try spool.append(
                id: UInt32(number) &* 1_000_000_007, head: [UInt8(number)],
                [UInt8](repeating: UInt8(number), count: size))
        }
        var reader = try spool.reader()
        for (number, size) in sizes.enumerated() {
            let (id, message) = try #require(try reader.next())
            #expect(id == UInt32(number) &* 1_000_000_007)
            #expect(message.count == size + 1 && message.allSatisfy { $0 == UInt8(number) })
        }
        #expect(try reader.next() == nil)
    }

    @Test func aFolderThatCannotBeUsedIsSaid() throws {
        let error = #expect(throws: CaptureError.self) { try Spool(in: "/nowhere/at/all") }
        #expect(error?.code == .unavailable && error?.recovery == .retry)
        #expect(error?.description.contains("TMPDIR") == true)
    }

    @Test func aSpoolWithoutRoomIsSaidAndLosesNothing() throws {
        // The call reads the path and keeps nothing; the descriptor is the spool's from here on.
        let full = unsafe open("/dev/full", O_RDWR | O_CLOEXEC)
        try #require(full >= 0)
        let spool = Spool(descriptor: full)
        try spool.append(id: 1, head: [1], [2, 3])
        for _ in 0..<2 {
            let error = #expect(throws: CaptureError.self) { try spool.reader() }
            #expect(error?.recovery == .retry && error?.message.contains("No space left") == true)
        }
    }

    @Test func piecesOutOfTheirOrderAreRefused() throws {
        var streamed = StreamedTransactions()
        #expect(throws: PgoutputFault.self) { try streamed.end() }
        #expect(throws: PgoutputFault.self) { try streamed.commit(1) }
        try streamed.begin(1)
        #expect(throws: PgoutputFault.self) { try streamed.begin(2) }
        let short: [UInt8] = [UInt8(ascii: "I"), 0, 0]
        unsafe short.withUnsafeBytes { bytes in
            _ = #expect(throws: PgoutputFault.self) { unsafe try streamed.keep(bytes) }
        }
        try streamed.end()
        streamed.abort(1, part: 1)
        #expect(streamed.isEmpty)
    }
}
