import Capture
import Model
import SQLite
import SQLiteConnector

/// A captured database into whose journal an input writes: what comes out is whole, or an error says why
/// nothing does.
final class JournalDatabase {
    private let path: String
    private let connection: SQLiteConnection
    private let nonce: Int64
    private let shapes: [String]

    init(folder: String) throws {
        path = folder + "/captured.db"
        connection = try SQLiteConnection(path: path, access: .create)
        try connection.execute(
            """
            PRAGMA journal_mode = WAL;
            CREATE TABLE item (id INTEGER PRIMARY KEY, name VARCHAR(20), amount NUMERIC(12,2), rate REAL,
                active BOOLEAN NOT NULL DEFAULT 0, data BLOB, day DATE, UNIQUE (name));
            CREATE TABLE pair (a TEXT, b INTEGER, note TEXT, PRIMARY KEY (a, b));
            INSERT INTO item (id, name) VALUES (1, 'one'), (2, 'two');
            """)
        try SQLiteJournal.install(.init(tables: ["item", "pair"]), at: path)
        try connection.execute("PRAGMA synchronous = OFF")
        nonce = try connection.integer("SELECT nonce FROM banyan_source") ?? 0
        shapes = try connection.rows("SELECT shape FROM banyan_captured ORDER BY number") {
            $0.string(0) ?? ""
        }
    }

    /// Journal rows of the input's making, and a place to go on from.
    func readRows(_ input: inout FuzzInput) throws {
        let resumption = input.byte() % 4
        let place = Position(UInt64(bitPattern: input.integer()))
        let evidence = input.flag() ? "1:" + input.text() : input.text()
        try connection.immediate {
            try connection.execute("DELETE FROM banyan_journal")
            try restoreShapes()
            var number: Int64 = 0
            while !input.isAtEnd, number < 200 {
                number = input.byte() % 16 == 0 ? input.integer() : number &+ 1
                try insert(number, &input)
            }
        }
        try capture {
            let source = try SQLiteSource(path: self.path, name: "legacy")
            _ = try (source.currentPosition(), source.backlog())
            let point: ResumePoint? =
                switch resumption {
                case 0: nil
                case 1: ResumePoint(source: source.identity, position: place, evidence: evidence)
                default: ResumePoint(source: source.identity, position: .start, evidence: "1:")
                }
            _ = try source.open(after: point)
            try self.drain(source)
        }
    }

    /// Shapes of the input's making.
    func readShapes(_ input: inout FuzzInput) throws {
        let number = 1 + input.number(below: 2)
        let isActive = input.flag()
        var shape = Array(shapes[number - 1].utf8)
        if input.flag() {
            shape = input.rest
        } else {
            repeat {
                ByteEdits.apply(&input, to: &shape, unit: 8)
            } while !input.isAtEnd && shape.count < 1 << 14
        }
        let text = String(decoding: shape, as: UTF8.self)
        try connection.immediate {
            try connection.execute("DELETE FROM banyan_journal")
            try restoreShapes()
            try connection.run(
                "UPDATE banyan_captured SET shape = ?1, active = ?2 WHERE number = ?3",
                [.text(text), .integer(isActive ? 1 : 0), .count(number)])
            try connection.run(
                "INSERT INTO banyan_journal (seq, mark, at, origin, tbl, op, n0, n1, n2, n3) "
                    + "VALUES (1, ?1, 1, 0, ?2, 1, 5, 'five', 1.25, 1e300)",
                [.integer(nonce), .count(number)])
        }
        try capture {
            let source = try SQLiteSource(path: self.path, name: "legacy")
            let start = ResumePoint(source: source.identity, position: .start, evidence: "1:")
            _ = try source.open(after: start)
            try self.drain(source)
        }
        try capture { _ = try SQLiteJournal.installed(at: self.path) }
    }

    private func restoreShapes() throws {
        for (index, shape) in shapes.enumerated() {
            try connection.run(
                "UPDATE banyan_captured SET shape = ?1, active = 1 WHERE number = ?2",
                [.text(shape), .count(index + 1)])
        }
    }

    /// Only the capture's own errors may come out.
    private func capture(_ body: () throws -> Void) throws {
        do { try body() } catch is CaptureError { return }
    }

    /// Reads to the end or to an error: whole batches, in order, each of which the log would take.
    private func drain(_ source: SQLiteSource) throws {
        var last = source.resumePoint.position
        var isInside = false
        while let batch = try source.next(byteLimit: 200) {
            try FuzzFinding.unless(
                try ChangeBatch(frame: try batch.frame()) == batch,
                "a captured batch changes when it is stored")
            try FuzzFinding.unless(!batch.transactions.isEmpty, "a batch without a transaction was captured")
            for transaction in batch.transactions {
                let isLater = transaction.position > last || (isInside && transaction.position == last)
                try FuzzFinding.unless(isLater, "position \(transaction.position) comes after \(last)")
                last = transaction.position
                isInside = false
            }
            isInside = batch.continues
            try ImageWalk.walk(batch)
        }
        try FuzzFinding.unless(!isInside, "the stream ends inside a transaction")
    }

    private func insert(_ number: Int64, _ input: inout FuzzInput) throws {
        let statement = try connection.cached(
            """
            INSERT OR REPLACE INTO banyan_journal
                (seq, mark, at, origin, tbl, op, o0, n0, o1, n1, o2, n2, o3, n3, o4, n4)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
            """)
        let isOdd = input.byte() % 32 == 0
        var values: [SQLiteValue] = [
            .integer(number), isOdd ? value(&input) : .integer(nonce), value(&input),
            .integer(Int64(input.byte() & 1)),
            isOdd ? value(&input) : .integer(Int64(1 + (input.byte() & 1))),
            isOdd ? value(&input) : .integer([1, 2, 3, 6][Int(input.byte() & 3)]),
        ]
        for _ in 0..<10 { values.append(value(&input)) }
        statement.bind(values)
        try statement.run()
    }

    private func value(_ input: inout FuzzInput) -> SQLiteValue {
        switch input.byte() % 8 {
        case 0, 1: .integer(input.integer())
        case 2: .double(Double(bitPattern: UInt64(bitPattern: input.integer())))
        case 3: .text(input.text())
        case 4: .bytes(input.chunk())
        case 5: .integer(Int64(input.byte() & 3))
        case 6: .double(Double(input.integer()) / 100)
        default: .null
        }
    }
}
