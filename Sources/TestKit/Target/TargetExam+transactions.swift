import Apply
import ChangeLog
import Model

extension TargetExam {
    static var transactions: [Question] { ledgers + ends + views }

    /// Who may move the ledger.
    private static var ledgers: [Question] {
        [
            Question(name: "a stream is taken over under a growing epoch") { exam in
                let first = try exam.store.claim("s")
                let second = try exam.subject.open().claim("s")
                try demand(
                    first.epoch == Epoch(1) && first.offset == .start, "the first claim gives \(first)")
                try demand(second.epoch == Epoch(2), "the second claim gives epoch \(second.epoch)")
                try demand(try exam.store.ledger(of: "s") == second, "the ledger is not what the claim said")
                try demand(
                    try exam.store.ledger(of: "other") == nil, "a stream that nobody claimed has a ledger")
            },
            Question(name: "the ledger moves for its owner alone, and once") { exam in
                let old = try exam.store.claim("s")
                let mine = try exam.store.claim("s")
                var next = mine
                next.offset = LogOffset(7)
                next.position = Position(70)
                next.mapping = "m"
                try demand(
                    try exam.transaction { try exam.store.advance("s", from: old, to: next) } == false,
                    "an older epoch moved the ledger")
                try demand(
                    try exam.transaction { try exam.store.advance("s", from: mine, to: next) },
                    "the owner cannot move the ledger")
                try demand(
                    try exam.store.ledger(of: "s") == next, "the ledger does not stand where it was moved")
                try demand(
                    try exam.transaction { try exam.store.advance("s", from: mine, to: next) } == false,
                    "the same batch moved the ledger twice")
            },
        ]
    }

    /// What a transaction leaves when it ends.
    private static var ends: [Question] {
        [
            Question(name: "half a transaction is never seen") { exam in
                let other = try exam.subject.open()
                try exam.store.begin()
                _ = try exam.store.upsert(buffer([row(1, "a"), row(2, "b")]), access)
                try demand(try other.scan(whole).isEmpty, "another connection sees what is not committed")
                try exam.store.commit()
                try demand(
                    try other.scan(whole).count == 2, "another connection does not see what is committed")
            },
            Question(name: "a rollback leaves nothing, the ledger included") { exam in
                let entry = try exam.store.claim("s")
                try exam.store.begin()
                _ = try exam.store.upsert(buffer([row(1, "a")]), access)
                _ = try exam.store.advance(
                    "s", from: entry,
                    to: LedgerEntry(epoch: entry.epoch, offset: LogOffset(1), position: .start, mapping: ""))
                exam.store.rollback()
                exam.store.rollback()
                try exam.expect([], "after a rollback")
                try demand(
                    try exam.store.ledger(of: "s") == entry, "the ledger moved in spite of the rollback")
                try exam.write([row(2, "b")])
                try exam.expect([["2", "b", "NULL", "NULL", "NULL", "NULL"]], "after the next transaction")
            },
        ]
    }

    /// What savepoints undo and snapshots see.
    private static var views: [Question] {
        [
            Question(name: "a savepoint undoes what it did and nothing else") { exam in
                struct Stop: Error {}
                try exam.transaction {
                    _ = try exam.store.upsert(buffer([row(1, "a")]), access)
                    try exam.store.savepoint {
                        _ = try exam.store.upsert(buffer([row(2, "b")]), access)
                        do {
                            try exam.store.savepoint {
                                _ = try exam.store.upsert(buffer([row(1, "x"), row(3, "c")]), access)
                                throw Stop()
                            }
                        } catch is Stop {}
                    }
                    do {
                        try exam.store.savepoint {
                            try exam.store.delete(keys([1, 2]), access)
                            throw Stop()
                        }
                    } catch is Stop {}
                }
                try exam.expect(
                    [
                        ["1", "a", "NULL", "NULL", "NULL", "NULL"],
                        ["2", "b", "NULL", "NULL", "NULL", "NULL"],
                    ], "after savepoints")
            },
            Question(name: "a snapshot does not change") { exam in
                try exam.write([row(1, "a")])
                let other = try exam.subject.open()
                try other.snapshot {
                    try demand(try other.scan(whole).count == 1, "the snapshot lacks a row")
                    try exam.write([row(2, "b")])
                    try demand(try other.scan(whole).count == 1, "the snapshot changed")
                }
                try demand(try other.scan(whole).count == 2, "what came after is not seen after the snapshot")
            },
        ]
    }
}
