import Capture
import ChangeLog
import Model
import Testing

@testable import Reconcile

/// What a pass knows of keys that changed in transactions which legacy logs and does not show yet.
@Suite struct ChangedKeysTests {
    /// A log of one record.
    private final class Recorded: LogReader {
        private let batch: ChangeBatch

        init(_ batch: ChangeBatch) { self.batch = batch }

        func records(after offset: LogOffset, byteLimit: Int) -> [LogRecord] {
            offset == .start ? [LogRecord(offset: LogOffset(1), appendedAt: 0, batch: batch)] : []
        }

        func base() -> LogOffset { .start }
        func end() -> LogOffset { LogOffset(1) }
        func advance(to offset: LogOffset) {}
    }

    private let table = TableSchema(
        name: "t", columns: [ColumnSchema(name: "id", kind: .int64, declaredType: "INTEGER")], key: [0])

    private func key(_ number: Int64) -> Key {
        var bytes: [UInt8] = []
        RowWriter.integer(number, &bytes)
        return Key(bytes: bytes)
    }

    /// Transaction 7 inserts row 1, deletes row 2, and moves row 3 to 4; another one inserts row 5.
    private func changed(_ first: Set<UInt64>) throws -> ChangedKeys {
        var batch = ChangeBatch(tables: [table])
        func image(_ number: Int64?) -> UInt32? {
            guard let number else { return nil }
            let start = UInt32(batch.bytes.count)
            RowWriter.integer(number, &batch.bytes)
            return start
        }
        let changes: [(Model.Operation, Int64?, Int64?)] = [
            (.insert, nil, 1), (.delete, 2, nil), (.update, 3, 4), (.insert, nil, 5),
        ]
        for (operation, before, after) in changes {
            batch.changes.append(
                ChangeBatch.Change(
                    operation: operation, table: 0, before: image(before), after: image(after)))
        }
        batch.transactions = [
            ChangeBatch.Transaction(
                position: Position(5), committedAt: nil, origin: .application, changes: 0..<3, id: 7),
            ChangeBatch.Transaction(
                position: Position(6), committedAt: nil, origin: .application, changes: 3..<4, id: 8),
        ]
        let changed = ChangedKeys(context: "shop", log: Recorded(batch), after: .start)
        changed.willJudge("t", without: first)
        try changed.read(to: LogOffset(1))
        return changed
    }

    private func chunk(_ unseen: Set<UInt64>) -> RangeChunk {
        RangeChunk(
            batch: ChangeBatch(tables: [table]), frontier: Position(6), unseen: unseen, lastKey: nil,
            isLast: true)
    }

    @Test func rowsThatAreNotShownAsTheyHaveBecomeAreKnown() throws {
        let changed = try changed([])
        #expect(changed.hidden(by: chunk([7]), in: "t") == [key(1), key(2), key(3), key(4)])
        #expect(changed.hidden(by: chunk([8]), in: "t") == [key(5)])
        #expect(changed.hidden(by: chunk([]), in: "t").isEmpty)
        #expect(changed.hidden(by: chunk([7]), in: "other").isEmpty)
    }

    /// A row that is there by the log, and stood on neither side, has to be named: nothing else will.
    @Test func whatIsThereAndStoodOnNeitherSideIsNamed() throws {
        let changed = try changed([])
        changed.judged(chunk([7]), of: "t", met: [key(4)])
        #expect(changed.unmetKeys(of: "t") == [key(1)])
        // A later range shows it.
        changed.judged(chunk([]), of: "t", met: [key(1)])
        #expect(changed.unmetKeys(of: "t").isEmpty)
    }

    /// A transaction that was under way before the pass began is doubted until the log has it.
    @Test func whatWasUnderWayIsDoubtedUntilTheLogHasIt() throws {
        let changed = try changed([7, 9])
        #expect(changed.doubts(about: "t", without: [7, 9]) == [9])
        #expect(changed.isInDoubt(chunk([9]), of: "t") && !changed.isInDoubt(chunk([7]), of: "t"))
        // Of another table whoever writes to it now is asked for when its first rows are read.
        changed.willJudge("u", without: [7, 11])
        #expect(changed.doubts(about: "u", without: [7, 9, 11]) == [11])
    }
}
