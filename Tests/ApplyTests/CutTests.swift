import ChangeLog
import Model
import TestKit
import Testing

@testable import Apply

/// Cutting records into steps.
@Suite struct CutTests {
    /// A record of so many transactions of one change each.
    private func record(_ count: Int) -> LogRecord {
        var batch = ChangeBatch(tables: [Scene.table("t", "id INTEGER not null", key: ["id"])])
        for number in 0..<count {
            batch.changes.append(
                ChangeBatch.Change(
                    operation: .insert, table: 0, before: nil, after: UInt32(batch.bytes.count)))
            RowWriter.integer(Int64(number), &batch.bytes)
            batch.transactions.append(
                ChangeBatch.Transaction(
                    position: Position(UInt64(number + 1)), committedAt: nil, origin: .application,
                    changes: number..<number + 1))
        }
        return LogRecord(offset: LogOffset(1), appendedAt: 0, batch: batch)
    }

    /// Four times as many take four times as long; were each to move what was cut before it, it would be
    /// sixteen times.
    @Test func manySmallTransactionsAreCutInTheTimeOfTheirChanges() {
        func times(_ count: Int) -> [Duration] {
            let record = record(count)
            return (0..<3).map { _ in
                computing {
                    let groups = ChangeGroup.cut([record], context: "ctx", keepsBoundaries: false)
                    #expect(groups.count == 1 && groups[0].items.count == count)
                }
            }
        }
        let few = times(15_000).max() ?? .zero
        let many = times(60_000).min() ?? .zero
        #expect(few > .zero && many < few * 9, "\(few), \(many)")
    }
}
