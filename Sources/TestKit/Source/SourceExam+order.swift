import Capture
import Model

extension SourceExam {
    /// What the stream holds, and in which order.
    static var order: [Question] {
        [
            Question(name: "transactions come whole, once and in commit order") { exam in
                try exam.commitRandom(25)
                for limit in [1 << 20, 400, 1] {
                    let stream = try exam.expectRest(
                        after: exam.start, byteLimit: limit, "with \(limit) bytes a batch")
                    try exam.checkFidelity(of: stream)
                }
            },
            Question(name: "a batch survives the log") { exam in
                try exam.commitRandom(8)
                let stream = try exam.expectRest(after: exam.start, byteLimit: 500, "read")
                for batch in stream.batches {
                    try demand(
                        try ChangeBatch(frame: batch.frame()) == batch, "a batch is another after its frame")
                }
            },
            Question(name: "a change carries the row before it and the row after it") { exam in
                let (first, second) = (Self.account(7, "Ann"), Self.account(7, "Zoe"))
                try exam.expectChanges(
                    [.insert(table: "account", row: first)],
                    [SourceChange(operation: .insert, table: "account", before: nil, after: first)])
                try exam.expectChanges(
                    [.update(table: "account", key: [.integer(7)], row: second)],
                    [SourceChange(operation: .update, table: "account", before: first, after: second)])
                try exam.expectChanges(
                    [.delete(table: "account", key: [.integer(7)])],
                    [SourceChange(operation: .delete, table: "account", before: second, after: nil)])
            },
            Question(name: "a changed key carries the key before it and the key after it") { exam in
                try changedKeys(exam)
            },
            Question(name: "a replaced row is deleted before the other is inserted", needs: .replacing) {
                exam in
                try replacedRows(exam)
            },
            Question(name: "every step of a row within one transaction is reported") { exam in
                let key: [PlainValue] = [.integer(-3)]
                let steps = (0..<5).map { Self.account(-3, "step \($0)") }
                let moved = Self.account(4, "moved")
                try exam.commit([
                    .insert(table: "account", row: steps[0]),
                    .update(table: "account", key: key, row: steps[1]), .delete(table: "account", key: key),
                    .insert(table: "account", row: steps[2]),
                    .update(table: "account", key: key, row: moved),
                    .insert(table: "account", row: steps[3]),
                    .delete(table: "account", key: [.integer(4)]),
                    .update(table: "account", key: key, row: steps[4]),
                ])
                try exam.expectRest(after: exam.start, byteLimit: 1 << 20, "read at once")
                try exam.expectRest(after: exam.start, byteLimit: 1, "read in parts")
            },
        ]
    }

    /// A row of the table with one integer as the key.
    static func account(_ number: Int64, _ holder: String) -> [PlainValue] {
        [.integer(number), .text(holder), .null]
    }

    private static func changedKeys(_ exam: SourceExam) throws {
        let country: [[PlainValue]] = [[.text("x"), .text("aa")], [.text("x"), .text("b")]]
        let lines: [[PlainValue]] = [
            [.integer(1), .text("doc"), .integer(9)], [.integer(2), .text("doc"), .integer(9)],
            [.integer(2), .text("act"), .integer(9)],
        ]
        try exam.commit([
            .insert(table: "account", row: account(1, "Ann")), .insert(table: "country", row: country[0]),
            .insert(table: "line", row: lines[0]),
        ])
        try exam.expectChanges(
            [.update(table: "account", key: [.integer(1)], row: account(1 << 40, "Ann"))],
            [
                SourceChange(
                    operation: .update, table: "account", before: account(1, "Ann"),
                    after: account(1 << 40, "Ann"))
            ])
        try exam.expectChanges(
            [.update(table: "country", key: [.text("aa")], row: country[1])],
            [SourceChange(operation: .update, table: "country", before: country[0], after: country[1])])
        for (before, after) in zip(lines, lines.dropFirst()) {
            try exam.expectChanges(
                [.update(table: "line", key: [before[1], before[0]], row: after)],
                [SourceChange(operation: .update, table: "line", before: before, after: after)])
        }
    }

    private static func replacedRows(_ exam: SourceExam) throws {
        let rows = (0..<3).map { account(5, "holder \($0)") }
        try exam.expectChanges(
            [.replace(table: "account", row: rows[0])],
            [SourceChange(operation: .insert, table: "account", before: nil, after: rows[0])])
        try exam.expectChanges(
            [.replace(table: "account", row: rows[1]), .replace(table: "account", row: rows[2])],
            [
                SourceChange(operation: .delete, table: "account", before: rows[0], after: nil),
                SourceChange(operation: .insert, table: "account", before: nil, after: rows[1]),
                SourceChange(operation: .delete, table: "account", before: rows[1], after: nil),
                SourceChange(operation: .insert, table: "account", before: nil, after: rows[2]),
            ])
    }

    /// Commits one transaction and demands that it comes as exactly these changes.
    private func expectChanges(_ operations: [SourceOperation], _ wanted: [SourceChange]) throws {
        let stream = try open(after: nil, "opened before the change")
        try commit(operations)
        try stream.drain(byteLimit: 1 << 20)
        let found = stream.transactions.map(\.changes)
        try demand(found == [wanted], "the stream holds \(found), not \(wanted) in one transaction")
        try expect(stream, "the change")
    }

    /// Demands that the source counted what it reported.
    func checkFidelity(of stream: SourceStream) throws {
        let fidelity = stream.source.fidelity
        let count = stream.transactions.count
        try demand(
            fidelity.exact + fidelity.merged == count,
            "the source counts \(fidelity.exact) exact and \(fidelity.merged) merged transactions of \(count)"
        )
        // Whoever opens a stream need not know that nothing ended unseen right behind it.
        try demand(
            fidelity.merged <= 1 || !can(.tellingTransactionsApart),
            "the source tells transactions apart, and counts \(fidelity.merged) as merged")
    }
}
