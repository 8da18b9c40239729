import Apply
import Model

extension TargetExam {
    static var rows: [Question] { writing + deleting + dropping + keeping }

    /// What is written, refused and handed over.
    private static var writing: [Question] {
        [
            Question(name: "rows are inserted and updated, twice is once, and other columns stay") { exam in
                try exam.write([row(1, "a", slot: "s"), row(2, "b")])
                try exam.transaction {
                    var own = RowBuffer(columns: 3)
                    own.append(key(1).bytes + text("a") + text("kept"))
                    _ = try exam.store.upsert(own, TableAccess(table: table, columns: [0, 1, 5], key: [0]))
                }
                for _ in 0..<2 { try exam.write([row(2, "c"), row(1, "d"), row(3, "e")]) }
                try exam.expect(
                    [
                        ["1", "d", "NULL", "NULL", "NULL", "kept"],
                        ["2", "c", "NULL", "NULL", "NULL", "NULL"],
                        ["3", "e", "NULL", "NULL", "NULL", "NULL"],
                    ], "after two writes of the same rows")
            },
            Question(name: "refused rows are named and all others are written") { exam in
                try exam.write([row(9, "z", slot: "taken")])
                let refusals = try exam.write([
                    row(1, "a"), row(2, nil), row(3, "c", slot: "taken"), row(4, "d", slot: "free"),
                ])
                try demand(
                    refusals.map(\.row).sorted() == [1, 2],
                    "refused rows are \(refusals.map(\.row)), not 1 and 2")
                try demand(refusals.allSatisfy { $0.reason == "constraint" }, "a refusal has no reason")
                try demand(!refusals.contains { $0.message.contains("taken") }, "a refusal shows a value")
                try demand(
                    try exam.held().map { $0[0] } == ["1", "4", "9"], "the rows held are \(try exam.held())")
            },
            Question(name: "a value that was not sent is refused, never written as NULL") { exam in
                try exam.write([row(1, "a", slot: "kept")])
                var unsent: [[UInt8]] = []
                for id: Int64 in [1, 2] {
                    var image = key(id).bytes + text("b")
                    for _ in 0..<3 { RowWriter.absent(&image) }
                    unsent.append(image)
                }
                let refusals = try exam.write(unsent + [row(3, "c")])
                try demand(
                    refusals.map(\.row).sorted() == [0, 1],
                    "refused rows are \(refusals.map(\.row)), not 0 and 1")
                try demand(
                    try exam.held().map { $0[0] + $0[2] } == ["1kept", "3NULL"],
                    "the rows held are \(try exam.held())")
            },
            Question(name: "a unique value is handed over within a batch, in whatever order") { exam in
                try exam.write([row(1, "a", slot: "x"), row(2, "b", slot: "y"), row(3, "c", slot: "z")])
                try demand(
                    try exam.write([row(1, "a", slot: "y"), row(2, "b", slot: "w")]).isEmpty,
                    "a hand-over was refused")
                try demand(
                    try exam.write([row(1, "a", slot: "w"), row(2, "b", slot: "y")]).isEmpty,
                    "a swap was refused")
                try demand(
                    try exam.write([row(1, "a", slot: "y"), row(2, "b", slot: "z"), row(3, "c", slot: "w")])
                        .isEmpty,
                    "a ring was refused")
                try demand(
                    try exam.held().map { $0[2] } == ["y", "z", "w"],
                    "the slots are \(try exam.held().map { $0[2] })")
            },
        ]
    }

    /// What stands beside a swap, and what goes away.
    private static var deleting: [Question] {
        [
            Question(name: "a swap beside a refused row goes through, and columns of the service stay") {
                exam in
                try exam.write([row(1, "a", slot: "x"), row(2, "b", slot: "y"), row(3, "c", slot: "z")])
                try exam.transaction {
                    var own = RowBuffer(columns: 3)
                    own.append(key(1).bytes + text("a") + text("kept"))
                    _ = try exam.store.upsert(own, TableAccess(table: table, columns: [0, 1, 5], key: [0]))
                }
                let refusals = try exam.write([
                    row(1, "a", slot: "y"), row(4, "d", slot: "z"), row(2, "b", slot: "x"),
                    row(5, nil, slot: "v"),
                ])
                try demand(
                    refusals.map(\.row).sorted() == [1, 3],
                    "refused rows are \(refusals.map(\.row)), not 1 and 3")
                try demand(
                    try exam.held().map { $0[2] } == ["y", "x", "z"],
                    "the slots are \(try exam.held().map { $0[2] })")
                try demand(
                    try exam.held().first?.last == "kept",
                    "a column of the service's own was lost in the swap")
            },
            Question(name: "rows are deleted by key, and a missing one is no error") { exam in
                try exam.write([row(1, "a"), row(2, "b"), row(3, "c")])
                for _ in 0..<2 { try exam.transaction { try exam.store.delete(keys([1, 3, 77]), access) } }
                try demand(try exam.held().map { $0[0] } == ["2"], "the rows held are \(try exam.held())")
            },
        ]
    }

    /// Triggers of the service's that take a row away and say nothing: what was not written is refused.
    private static var dropping: [Question] {
        [
            Question(name: "a row that a trigger drops is refused, and the others are written") { exam in
                guard exam.subject.lacks[.triggers] == nil else { return }
                try exam.subject.drop(from: table, column: "name", text: "dropped")
                try exam.write([row(1, "a", slot: "x"), row(2, "b", slot: "y")])
                func refused(_ rows: [[UInt8]], _ wanted: [Int], _ when: String) throws {
                    let refusals = try exam.write(rows)
                    try demand(
                        refusals.map(\.row).sorted() == wanted,
                        "\(when): refused rows are \(refusals.map(\.row)), not \(wanted)")
                }
                try refused([row(3, "c"), row(4, "dropped"), row(5, "e")], [1], "inserted")
                try refused([row(3, "dropped"), row(5, "f")], [0], "updated")
                try refused([row(1, "a", slot: "y"), row(2, "dropped", slot: "x")], [0, 1], "swapped")
                try exam.expect(
                    [
                        ["1", "a", "x", "NULL", "NULL", "NULL"], ["2", "b", "y", "NULL", "NULL", "NULL"],
                        ["3", "c", "NULL", "NULL", "NULL", "NULL"],
                        ["5", "f", "NULL", "NULL", "NULL", "NULL"],
                    ], "after rows were dropped")
            },
            Question(name: "a row that a trigger keeps from being deleted is an error") { exam in
                guard exam.subject.lacks[.triggers] == nil else { return }
                try exam.write([row(1, "a"), row(2, "dropped")])
                try exam.subject.drop(from: table, column: "name", text: "dropped")
                do {
                    try exam.transaction { try exam.store.delete(keys([1, 2]), access) }
                    throw ExamFailure("the deletion of a row that stayed counts as done")
                } catch let error as TargetError {
                    try demand(error.code == .failed, "the error is \(error.code)")
                }
                try exam.transaction { try exam.store.delete(keys([1, 77]), access) }
                try demand(try exam.held().map { $0[0] } == ["2"], "the rows held are \(try exam.held())")
            },
        ]
    }

    /// What comes back, and in which order.
    private static var keeping: [Question] {
        [
            Question(name: "values come back as they were written") { exam in
                let names = [
                    "", "naïve 🌳 in the middle", "e\u{301}", "'; DROP TABLE item; --",
                    String(repeating: "ü", count: 9_000),
                ]
                let amounts = [
                    "0.00", "-12345678901234567890123456.789", "99999999999999999999999999999999999999",
                    "0.10",
                ]
                let data: [[UInt8]] = [[], [0], Array(0...255), Array(repeating: 0xFF, count: 70_000)]
                var written: [[UInt8]] = []
                for (index, name) in names.enumerated() {
                    written.append(
                        try row(Int64(index), name, amount: amounts[index % 4], data: data[index % 4]))
                }
                written.append(try row(.max, "max"))
                written.append(try row(.min, "min"))
                try exam.write(written)
                let found = try exam.store.fetch(
                    keys((0..<5).map(Int64.init) + [.max, .min]), by: [0], access)
                for (index, group) in found.groups.enumerated() {
                    try demand(group.count == 1, "row \(index) is not found")
                    guard let place = group.first else { continue }
                    let wanted = OwnedCell.read(written[index])
                    let cells = found.rows.cells(of: place)
                    try demand(
                        cells.map(\.kind) == wanted.map(\.kind), "row \(index) has kinds \(cells.map(\.kind))"
                    )
                    try demand(cells == wanted, "row \(index) came back otherwise")
                }
            },
            Question(name: "a zero byte in a text is kept or refused") { exam in
                let text = "before\u{0}after"
                let refusals = try exam.write([row(1, text), row(2, "b")])
                let isKept = exam.subject.lacks[.zeroInText] == nil
                try demand(
                    refusals.map(\.row) == (isKept ? [] : [0]), "refused rows are \(refusals.map(\.row))")
                try demand(
                    try exam.held().map { $0[1] } == (isKept ? [text, "b"] : ["b"]),
                    "the texts held are \(try exam.held().map { $0[1] })")
            },
            Question(name: "a sequence numbers rows in the order in which they were committed") { exam in
                let sequence = TableSchema(
                    name: "events",
                    columns: [ColumnSchema(name: "n", kind: .int64), ColumnSchema(name: "id", kind: .text)],
                    key: [0], uniqueKeys: [[1]])
                for _ in 0..<2 { try exam.store.ensure(sequence, indexes: []) }
                let access = TableAccess(table: sequence, columns: [1], key: [0])
                for id in ["c", "a", "b"] {
                    try exam.transaction { try exam.store.insert(buffer([text(id)], columns: 1), access) }
                }
                let all = TableAccess(table: sequence, columns: [0, 1], key: [0])
                let rows = try exam.store.scan(all)
                let ids = (0..<rows.count).map { rows.cells(of: $0).last?.text ?? "" }
                try demand(ids == ["c", "a", "b"], "the order is \(ids)")
            },
        ]
    }

    static func text(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        RowWriter.text(text, &bytes)
        return bytes
    }
}
