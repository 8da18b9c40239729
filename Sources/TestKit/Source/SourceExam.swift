import Capture
import Model

/// What the questions about a captured database work on: the database, and what must be in it and in its
/// stream.
final class SourceExam {
    struct Question {
        var name: String
        var needs: SourceAbility?
        var ask: (SourceExam) throws -> Void
    }

    /// One integer as the key; a text key that is not the first column; a key of two columns in another
    /// order than theirs.
    static let schemas = [
        TableSchema(
            name: "account",
            columns: [
                ColumnSchema(name: "number", kind: .int64, declaredType: "INTEGER", isNullable: false),
                ColumnSchema(name: "holder", kind: .text, declaredType: "TEXT"),
                ColumnSchema(name: "scan", kind: .bytes, declaredType: "BLOB"),
            ], key: [0]),
        TableSchema(
            name: "country",
            columns: [
                ColumnSchema(name: "name", kind: .text, declaredType: "TEXT"),
                ColumnSchema(name: "code", kind: .text, declaredType: "TEXT", isNullable: false),
            ], key: [1]),
        TableSchema(
            name: "line",
            columns: [
                ColumnSchema(name: "place", kind: .int64, declaredType: "INTEGER", isNullable: false),
                ColumnSchema(name: "document", kind: .text, declaredType: "TEXT", isNullable: false),
                ColumnSchema(name: "amount", kind: .int64, declaredType: "INTEGER"),
            ], key: [1, 0]),
    ]

    let subject: any SourceUnderExam
    /// Makes a database that is not this one.
    let makeAnother: () throws -> any SourceUnderExam
    /// What the random histories follow from.
    var generator: SplitMix64
    /// What the tables hold.
    private(set) var tables = SourceTables(SourceExam.schemas)
    /// What was committed since the tables were made, in order.
    private(set) var committed: [SourceTransaction] = []
    /// What the tables held after each of these transactions.
    private(set) var states: [SourceTables] = []
    /// Where the stream starts that holds everything.
    let start: ResumePoint
    private var watcher: any ChangeSource
    /// The last commit that the watcher has read; only where the system does not name it.
    private var watched: Position

    init(make: @escaping () throws -> any SourceUnderExam, _ generator: SplitMix64) throws {
        makeAnother = make
        subject = try make()
        self.generator = generator
        try subject.capture(Self.schemas)
        watcher = try subject.makeSource()
        start = try watcher.open(after: nil)
        watched = start.position
    }

    /// Asks every question of a fresh database.
    ///
    /// - Returns: The questions that were left out, each with what the system lacks.
    static func ask(
        _ questions: [Question], seed: UInt64, make: @escaping () throws -> any SourceUnderExam
    ) throws -> [String] {
        var findings: [String] = []
        var leftOut: [String] = []
        for question in questions {
            do {
                let exam = try SourceExam(make: make, SplitMix64(seed: seed))
                if let needed = question.needs, let reason = exam.subject.lacks[needed] {
                    leftOut.append("\(question.name): \(reason)")
                } else {
                    try question.ask(exam)
                }
            } catch let failure as ExamFailure {
                findings += failure.findings.map { "\(question.name): \($0) (seed \(seed))" }
            } catch {
                findings.append("\(question.name): unexpected \(error) (seed \(seed))")
            }
        }
        if !findings.isEmpty { throw ExamFailure(findings: findings) }
        return leftOut
    }

    /// Whether the system can do something.
    func can(_ ability: SourceAbility) -> Bool { subject.lacks[ability] == nil }

    /// The position of the last commit, as the system says it; where it names only the end of its log, as a
    /// stream says it that is read for nothing else.
    func position() throws -> Position {
        if can(.namingItsLastCommit) { return try watcher.currentPosition() }
        while let batch = try watcher.next(byteLimit: 1 << 20) {
            watched = batch.endPosition ?? watched
        }
        return watched
    }

    /// Where the system says that its log ends: at the last commit, or behind it where the system does not
    /// name that.
    func end() throws -> Position { try watcher.currentPosition() }

    /// The last commit that is not behind a position.
    func lastCommit(upTo position: Position) -> Position {
        committed.last { $0.position <= position }?.position ?? start.position
    }

    // MARK: writing

    /// Commits a transaction and notes what it must look like in the stream.
    func commit(_ operations: [SourceOperation]) throws {
        try finish(subject.begin(operations), operations)
    }

    /// Commits an open transaction in which these operations were done.
    func finish(_ transaction: any SourceTransactionUnderExam, _ operations: [SourceOperation]) throws {
        let changes = try operations.flatMap { try tables.apply($0) }
        let before = try position()
        try transaction.commit()
        let after = try position()
        try demand(after > before, "a commit left the position at \(after), which was \(before)")
        committed.append(SourceTransaction(position: after, changes: changes))
        states.append(tables)
    }

    /// Commits so many random transactions.
    func commitRandom(_ count: Int, operations: ClosedRange<Int> = 1...6) throws {
        for _ in 0..<count {
            let wanted = Int.random(in: operations, using: &generator)
            try commit(
                SourceHistory.operations(
                    wanted, on: tables, replacing: can(.replacing), using: &generator))
        }
    }

    /// Commits so many random transactions, each of which is read before the next: every end is a point where
    /// one may resume, even where neighbours come as one.
    func follow(_ count: Int, operations: ClosedRange<Int> = 1...6) throws -> [ResumePoint] {
        let stream = try open(after: nil, "following")
        for _ in 0..<count {
            try commitRandom(1, operations: operations)
            try stream.drain(byteLimit: 50)
        }
        try expect(stream, "following")
        try demand(
            stream.points.map(\.position) == [stream.opened.position]
                + committed.suffix(count).map(\.position),
            "the resume points are not the ends of what was committed")
        return stream.points
    }

    /// Puts back the copy that was kept when so many transactions had been committed.
    func putBack(_ count: Int) throws {
        try subject.putBack()
        committed.removeSubrange(count...)
        states.removeSubrange(count...)
        tables = states.last ?? SourceTables(Self.schemas)
        watcher = try subject.makeSource()
        watched = try watcher.open(after: nil).position
    }

    /// What the tables held once everything up to `position` was committed.
    func state(at position: Position) -> SourceTables {
        let count = committed.prefix { $0.position <= position }.count
        return count == 0 ? SourceTables(Self.schemas) : states[count - 1]
    }

    // MARK: reading

    /// Opens a stream of its own.
    func open(after point: ResumePoint?, _ when: String) throws -> SourceStream {
        try SourceStream(subject.makeSource(), after: point, when)
    }

    /// Reads from `point` to the end and demands everything that was committed after it.
    @discardableResult
    func expectRest(after point: ResumePoint, byteLimit: Int, _ when: String) throws -> SourceStream {
        let stream = try open(after: point, when)
        try stream.drain(byteLimit: byteLimit)
        try expect(stream, when)
        return stream
    }

    /// Demands that a stream holds exactly what was committed since it was opened.
    func expect(_ stream: SourceStream, _ when: String) throws {
        var rest = committed.drop { $0.position <= stream.opened.position }
        for found in stream.transactions {
            let wanted = rest.prefix { $0.position <= found.position }
            rest = rest.dropFirst(wanted.count)
            try demand(
                wanted.last?.position == found.position,
                "\(when): a transaction ends at \(found.position), where none was committed or it came before"
            )
            try demand(
                wanted.count == 1 || !can(.tellingTransactionsApart),
                "\(when): \(wanted.count) transactions up to \(found.position) came as one")
            try expect(
                found, SourceTransaction(position: found.position, changes: wanted.flatMap(\.changes)), when)
        }
        try demand(
            rest.isEmpty, "\(when): \(rest.count) transactions after \(stream.end) are missing")
    }

    private func expect(_ found: SourceTransaction, _ wanted: SourceTransaction, _ when: String) throws {
        let what = "\(when): the transaction at \(found.position)"
        for (index, pair) in zip(found.changes, wanted.changes).enumerated() {
            try demand(pair.0 == pair.1, "\(what) has as change \(index): \(pair.0), not \(pair.1)")
        }
        try demand(
            found.changes.count == wanted.changes.count,
            "\(what) has \(found.changes.count) changes, not \(wanted.changes.count)")
    }

    /// Demands that `body` is refused with an error after which history is read again.
    func expectRefusal(_ code: CaptureError.Code, _ when: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as CaptureError {
            try demand(
                error.code == code && error.recovery == .resnapshot,
                "\(when): expected \(code.rawValue), got \(error)")
            return
        }
        throw ExamFailure("\(when): expected \(code.rawValue), but nothing was thrown")
    }
}
