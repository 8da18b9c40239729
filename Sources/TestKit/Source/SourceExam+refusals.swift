import Capture
import Model

extension SourceExam {
    /// Databases that are not the one that was captured before.
    static var refusals: [Question] {
        [
            Question(name: "another database is refused") { exam in
                let points = try exam.follow(4)
                let other = try exam.makeAnother()
                try other.capture(Self.schemas)
                // The same was done to it, so only its identity tells.
                var tables = SourceTables(Self.schemas)
                for transaction in exam.committed {
                    let operations = transaction.changes.compactMap(Self.operation)
                    for operation in operations { _ = try tables.apply(operation) }
                    try other.begin(operations).commit()
                }
                let source = try other.makeSource()
                try demand(source.identity.id != exam.start.source.id, "two databases have one identity")
                for point in points {
                    try exam.expectRefusal(.foreign, "opening another database after \(point.position)") {
                        _ = try source.open(after: point)
                    }
                }
            },
            Question(name: "a database put back to an earlier end is refused", needs: .restoring) { exam in
                let (kept, lost) = try putBack(exam)
                for point in lost {
                    try exam.expectRefusal(.foreign, "opening after the lost position \(point.position)") {
                        _ = try exam.open(after: point, "opened past the end")
                    }
                }
                for point in kept {
                    try exam.expectRest(after: point, byteLimit: 400, "after the kept \(point.position)")
                }
            },
            Question(name: "a database that went another way is refused", needs: .restoring) { exam in
                let (kept, lost) = try putBack(exam)
                // Past every position that was lost.
                while try exam.position() <= lost.last?.position ?? .start { try exam.commitRandom(1) }
                for point in lost {
                    try exam.expectRefusal(.foreign, "opening after \(point.position) of another past") {
                        _ = try exam.open(after: point, "opened in another history")
                    }
                }
                for point in kept {
                    try exam.expectRest(after: point, byteLimit: 400, "after the kept \(point.position)")
                }
            },
        ]
    }

    /// Commits, keeps a copy, commits more, and puts the copy back: the points before the copy and the points
    /// that were lost.
    private static func putBack(
        _ exam: SourceExam
    ) throws -> (kept: [ResumePoint], lost: ArraySlice<ResumePoint>) {
        let kept = try exam.follow(6)
        try exam.subject.save()
        let count = exam.committed.count
        let points = try exam.follow(6)
        try exam.putBack(count)
        return (kept, points.dropFirst())
    }

    /// The operation that makes one change.
    private static func operation(_ change: SourceChange) -> SourceOperation? {
        guard let schema = schemas.first(where: { $0.name == change.table }) else { return nil }
        let key = change.before.map { row in schema.key.map { row[$0] } }
        switch (key, change.after) {
        case (nil, let row?): return .insert(table: change.table, row: row)
        case (let key?, nil): return .delete(table: change.table, key: key)
        case (let key?, let row?): return .update(table: change.table, key: key, row: row)
        case (nil, nil): return nil
        }
    }
}
