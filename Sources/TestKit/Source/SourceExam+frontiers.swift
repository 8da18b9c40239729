import Capture
import Model

extension SourceExam {
    /// What chunks hold while others commit.
    static var frontiers: [Question] {
        [
            Question(name: "rows are exact at the frontier while others commit") { exam in
                try exam.commitRandom(25, operations: 4...8)
                var reads: [ReadChunk] = []
                let stream = try exam.open(after: exam.start, "beside the reader")
                let reader = try exam.subject.makeReader()
                for table in Self.schemas.map(\.name).shuffled(using: &exam.generator) {
                    try exam.readAll(reader, of: table) { exam in
                        exam.limit() / 4 + 1
                    } each: { read in
                        reads.append(read)
                        try exam.disturb(read)
                        if exam.generator.chance(0.5) { try stream.drain(byteLimit: 500) }
                    }
                }
                try stream.drain(byteLimit: 500)
                try exam.expect(stream, "beside the reader")
                try demand(reads.count > 10, "only \(reads.count) chunks were read")
                try exam.expectExact(reads)
            },
            Question(name: "the frontier keeps up with commits and never goes back") { exam in
                let readers = try (0..<2).map { _ in try exam.subject.makeReader() }
                var last = Position.start
                for round in 0..<20 {
                    if round % 3 != 0 { try exam.commitRandom(1) }
                    let read = try exam.chunk(
                        readers[round % 2], of: "account", after: nil, limit: .init(rows: 2, bytes: 90))
                    try demand(
                        read.chunk.frontier >= last,
                        "the frontier went from \(last) to \(read.chunk.frontier)")
                    last = read.chunk.frontier
                }
            },
            Question(name: "what is not committed is not read") { exam in
                try exam.commit([.insert(table: "account", row: account(1, "Ann"))])
                let reader = try exam.subject.makeReader()
                let operations: [SourceOperation] = [
                    .update(table: "account", key: [.integer(1)], row: account(1, "Zoe")),
                    .insert(table: "account", row: account(2, "Bob")),
                ]
                let transaction = try exam.subject.begin(operations)
                try exam.expectRows(reader, [account(1, "Ann")], "while a transaction is open")
                try exam.finish(transaction, operations)
                try exam.expectRows(reader, [account(1, "Zoe"), account(2, "Bob")], "after the commit")
                let other: [SourceOperation] = [.delete(table: "account", key: [.integer(2)])]
                try exam.subject.begin(other).rollBack()
                try exam.expectRows(reader, [account(1, "Zoe"), account(2, "Bob")], "after a rollback")
            },
            Question(name: "an idle source's frontier is where its stream stands") { exam in
                try exam.commitRandom(10)
                let stream = try exam.expectRest(after: exam.start, byteLimit: 1 << 20, "read")
                let reader = try exam.subject.makeReader()
                let read = try exam.chunk(reader, of: "line", after: nil, limit: .init(rows: 9, bytes: 900))
                try stream.drain(byteLimit: 1 << 20)
                let place = stream.source.resumePoint.position
                try demand(
                    exam.can(.namingItsLastCommit)
                        ? read.chunk.frontier == place : read.chunk.frontier <= place,
                    "the frontier is \(read.chunk.frontier), the stream stands at \(place)")
            },
        ]
    }

    /// Commits something random, and now and then takes away the row after which the next chunk starts, or
    /// adds one right behind it.
    private func disturb(_ read: ReadChunk) throws {
        if generator.chance(0.7) {
            try commitRandom(Int.random(in: 1...2, using: &generator), operations: 1...4)
        }
        guard let last = read.chunk.lastKey, generator.chance(0.5) else { return }
        let key = try SourceReplica.values(last)
        if try tables.place(of: key, read.table).isThere {
            try commit([.delete(table: read.table, key: key)])
        } else {
            try commit([
                .insert(table: read.table, row: SourceHistory.row(key, of: read.table, using: &generator))
            ])
        }
    }

    /// Demands that each chunk holds what the stream's changes up to its frontier lead to, byte for byte, and
    /// what the tables held there.
    private func expectExact(_ reads: [ReadChunk]) throws {
        let stream = try open(after: start, "replayed")
        // Bit by bit, because a replica only knows the ends of batches.
        for read in reads {
            let frontier =
                can(.namingItsLastCommit) ? read.chunk.frontier : lastCommit(upTo: read.chunk.frontier)
            while stream.end < frontier || stream.unfinished != nil {
                guard try stream.read(byteLimit: 1) != nil else { break }
            }
            let range = "the chunk of \(read.table) after \(read.after?.display ?? "nothing")"
            let last = read.chunk.isLast ? nil : read.chunk.lastKey
            if stream.end == frontier {
                let wanted = try stream.replica.rows(of: read.table, after: read.after, through: last)
                let found = Dictionary(read.rows.map { ($0.key, $0.image) }) { first, _ in first }
                try demand(
                    found == wanted,
                    "\(range) has \(found.count) rows at \(read.chunk.frontier); replayed there are \(wanted.count)"
                )
            } else {
                try demand(
                    !can(.tellingTransactionsApart),
                    "\(range) names the frontier \(read.chunk.frontier), where the stream has no end")
            }
            let first = try read.after.map(SourceReplica.values)
            let through = try last.map(SourceReplica.values)
            let state = state(at: read.chunk.frontier)
            let rows = try state.rows(of: read.table).filter { row in
                let key = try state.key(of: row, read.table)
                return (first.map { $0.lexicographicallyPrecedes(key) } ?? true)
                    && (through.map { !$0.lexicographicallyPrecedes(key) } ?? true)
            }
            try demand(
                try read.values() == rows, "\(range) is not what the table held at \(read.chunk.frontier)")
        }
    }

    private func expectRows(_ reader: any RangeReader, _ wanted: [[PlainValue]], _ when: String) throws {
        let read = try chunk(reader, of: "account", after: nil, limit: .init(rows: 9, bytes: 900))
        let found = try read.values()
        try demand(found == wanted, "\(when): the table holds \(found), not \(wanted)")
    }
}
