import Capture
import Model

extension SourceExam {
    /// What chunks hold when nothing else happens.
    static var paging: [Question] { wholes + bounds + bounded }

    /// Whole tables, and tables that are not there.
    private static var wholes: [Question] {
        [
            Question(name: "an empty table is one empty chunk, the last") { exam in
                try exam.commit([.insert(table: "account", row: account(1, "Ann"))])
                try exam.commit([.delete(table: "account", key: [.integer(1)])])
                let reader = try exam.subject.makeReader()
                for table in Self.schemas.map(\.name) {
                    let read = try exam.chunk(
                        reader, of: table, after: nil, limit: .init(rows: 5, bytes: 500))
                    try demand(read.rows.isEmpty && read.chunk.isLast, "the empty \(table) has rows")
                    let last = try exam.position()
                    try demand(
                        read.chunk.frontier == last || !exam.can(.namingItsLastCommit),
                        "the frontier is not the last commit")
                }
            },
            Question(name: "chunks are complete and disjoint whatever the limits") { exam in
                try exam.commitRandom(40, operations: 4...8)
                let reader = try exam.subject.makeReader()
                for round in 0..<12 {
                    for table in Self.schemas.map(\.name) {
                        var rows: [[PlainValue]] = []
                        try exam.readAll(reader, of: table) { exam in
                            round < 3 ? [1, 7, 1_000][round] : exam.limit()
                        } each: {
                            rows += try $0.values()
                        }
                        try demand(
                            rows == exam.tables.rows(of: table),
                            "round \(round): the chunks of \(table) hold \(rows.count) rows, not those of the table"
                        )
                    }
                }
            },
            Question(name: "a table that is not captured is refused") { exam in
                let reader = try exam.subject.makeReader()
                do {
                    _ = try reader.chunk(of: "nowhere", after: nil, limit: .init(rows: 1, bytes: 1))
                } catch let error as CaptureError {
                    try demand(error.code == .unsupported, "expected unsupported, got \(error)")
                    return
                }
                throw ExamFailure("a table that is not there was read")
            },
        ]
    }

    /// Where a chunk begins and ends.
    private static var bounds: [Question] {
        [
            Question(name: "the last chunk is known as the last, and no other") { exam in
                let rows = (0..<6).map { account($0, "holder \($0)") }
                try exam.commit(rows.map { .insert(table: "account", row: $0) })
                let reader = try exam.subject.makeReader()
                let image = rows[0].flatMap(\.encoded).count
                for count in 1...8 {
                    let limits = [
                        ChunkLimit(rows: count, bytes: 1 << 20),
                        ChunkLimit(rows: 100, bytes: image * count + 3),
                    ]
                    for limit in limits {
                        let read = try exam.chunk(reader, of: "account", after: nil, limit: limit)
                        try demand(
                            read.rows.count == min(count, 6) || limit.rows == 100,
                            "\(limit) gave \(read.rows.count) of 6 rows")
                        try demand(
                            read.chunk.isLast == (read.rows.count == 6),
                            "\(limit) gave \(read.rows.count) of 6 rows with isLast \(read.chunk.isLast)")
                    }
                }
                let end = try exam.chunk(
                    reader, of: "account", after: Key(bytes: PlainValue.integer(5).encoded),
                    limit: .init(rows: 3, bytes: 1))
                try demand(end.rows.isEmpty && end.chunk.isLast, "there are rows after the last one")
            },
            Question(name: "a row larger than the limit comes alone") { exam in
                let sizes = [0, 400, 20, 4_000, 20, 20]
                try exam.commit(
                    sizes.enumerated().map { index, size in
                        .insert(
                            table: "account",
                            row: account(Int64(index), String(repeating: "x", count: size)))
                    })
                let reader = try exam.subject.makeReader()
                for bytes in [0, 1, 50, 500, 5_000] {
                    var count = 0
                    try exam.readAll(reader, of: "account") { _ in
                        100
                    } bytes: { _ in
                        bytes
                    } each: {
                        count += $0.rows.count
                    }
                    try demand(count == sizes.count, "with \(bytes) bytes a chunk \(count) rows came")
                }
            },
            Question(name: "a chunk may start after a key that no row has") { exam in
                try exam.commitRandom(30, operations: 4...8)
                let reader = try exam.subject.makeReader()
                for _ in 0..<60 {
                    let table = Self.schemas[Int.random(in: 0..<3, using: &exam.generator)].name
                    let key = SourceHistory.key(of: table, using: &exam.generator)
                    let read = try exam.chunk(
                        reader, of: table, after: Key(bytes: key.flatMap(\.encoded)),
                        limit: .init(rows: 4, bytes: 1 << 20))
                    let rest = try exam.tables.rows(of: table).filter {
                        try key.lexicographicallyPrecedes(exam.tables.key(of: $0, table))
                    }
                    try demand(
                        try read.values() == Array(rest.prefix(4)),
                        "the rows of \(table) after \(key) are others")
                    try demand(
                        read.chunk.isLast == (rest.count <= 4), "isLast after \(key) of \(table) is wrong")
                }
            },
        ]
    }

    /// Reads one chunk, checks it by itself and that its frontier is at the present.
    func chunk(
        _ reader: any RangeReader, of table: String, after key: Key?, limit: ChunkLimit
    ) throws -> ReadChunk {
        let before = try position()
        let chunk = try reader.chunk(of: table, after: key, limit: limit)
        try demand(
            chunk.frontier >= before,
            "the frontier \(chunk.frontier) lies before \(before), which was committed before the call")
        let after = try end()
        try demand(
            chunk.frontier <= after, "the frontier \(chunk.frontier) lies after the last commit at \(after)")
        return try ReadChunk(chunk, of: table, after: key, limit: limit)
    }

    /// Reads a table from its start to its end.
    func readAll(
        _ reader: any RangeReader, of table: String, rows: (SourceExam) -> Int,
        bytes: (SourceExam) -> Int = { $0.limit() * 30 }, each: (ReadChunk) throws -> Void
    ) throws {
        var key: Key?
        while true {
            let limit = ChunkLimit(rows: rows(self), bytes: bytes(self))
            let read = try chunk(reader, of: table, after: key, limit: limit)
            try each(read)
            // Keys only grow, which every chunk was checked for: this ends.
            guard !read.chunk.isLast else { return }
            key = read.chunk.lastKey
        }
    }

    /// From one to some dozens, small ones more often.
    func limit() -> Int {
        Int.random(in: 1...(1 << Int.random(in: 0...5, using: &generator)), using: &generator)
    }
}
