import Capture
import Model

extension SourceExam {
    /// What a reader says that can tell where a chunk will end; others are not asked.
    static var bounded: [Question] {
        [
            Question(name: "a bound is the key of the row that stands so many rows on") { exam in
                try exam.commitRandom(40, operations: 4...8)
                guard let reader = try exam.subject.makeReader() as? any BoundedRangeReader else { return }
                for _ in 0..<60 {
                    let table = Self.schemas[Int.random(in: 0..<3, using: &exam.generator)].name
                    let key = SourceHistory.key(of: table, using: &exam.generator)
                    let isFirst = Bool.random(using: &exam.generator)
                    let rest = try exam.tables.rows(of: table).filter {
                        try isFirst || key.lexicographicallyPrecedes(exam.tables.key(of: $0, table))
                    }
                    let rows = exam.limit()
                    let bound = try reader.boundary(
                        of: table, after: isFirst ? nil : Key(bytes: key.flatMap(\.encoded)), rows: rows)
                    let expected =
                        rest.count > rows
                        ? Key(bytes: try exam.tables.key(of: rest[rows - 1], table).flatMap(\.encoded)) : nil
                    try demand(
                        bound == expected,
                        "the bound \(rows) rows on in \(table), of which \(rest.count) are left, is another")
                }
            },
            Question(name: "a chunk of a range holds its rows, and says whether it holds them all") { exam in
                try exam.commitRandom(40, operations: 4...8)
                guard let reader = try exam.subject.makeReader() as? any BoundedRangeReader else { return }
                for _ in 0..<60 {
                    let table = Self.schemas[Int.random(in: 0..<3, using: &exam.generator)].name
                    let keys = (0..<2).map { _ in SourceHistory.key(of: table, using: &exam.generator) }
                        .sorted { $0.lexicographicallyPrecedes($1) }
                    let isFirst = Bool.random(using: &exam.generator)
                    let range = try exam.tables.rows(of: table).filter { row in
                        let key = try exam.tables.key(of: row, table)
                        return (isFirst || keys[0].lexicographicallyPrecedes(key))
                            && !keys[1].lexicographicallyPrecedes(key)
                    }
                    let limit = ChunkLimit(rows: exam.limit(), bytes: 1 << 20)
                    let after = isFirst ? nil : Key(bytes: keys[0].flatMap(\.encoded))
                    let chunk = try reader.chunk(
                        of: table, after: after, through: Key(bytes: keys[1].flatMap(\.encoded)), limit: limit
                    )
                    let read = try ReadChunk(chunk, of: table, after: after, limit: limit)
                    try demand(
                        try read.values() == Array(range.prefix(limit.rows)),
                        "a range of \(table) with \(range.count) rows gave \(read.rows.count) others")
                    try demand(
                        chunk.isLast == (range.count <= limit.rows),
                        "isLast of a range of \(table) with \(range.count) rows and \(limit) is wrong")
                }
            },
        ]
    }
}
