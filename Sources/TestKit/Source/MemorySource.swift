public import Capture
public import Model

/// The captured side of a database in memory: yields what its journal holds, in commit order. One owner, one
/// thread.
public final class MemorySource: ChangeSource {
    /// The database's identity.
    public let identity: SourceIdentity
    /// The captured tables.
    public let tables: [TableSchema]
    /// The end of the last whole transaction that `next` returned.
    public private(set) var resumePoint: ResumePoint
    /// Every transaction is told apart.
    public private(set) var fidelity = TransactionFidelity()

    private let legacy: MemoryLegacy
    /// How many changes were returned of the transaction after the resume point.
    private var part = 0

    init(_ legacy: MemoryLegacy) {
        self.legacy = legacy
        identity = legacy.identity
        tables = legacy.state.tables.schemas
        resumePoint = ResumePoint(source: legacy.identity, position: .start)
    }

    /// Starts to read after `point`, or after the present end.
    public func open(after point: ResumePoint?) throws -> ResumePoint {
        resumePoint = try point.map(check) ?? self.point(at: legacy.state.last)
        fidelity = TransactionFidelity()
        part = 0
        return resumePoint
    }

    /// The next transactions; nil when there is none at the moment.
    public func next(byteLimit: Int) throws -> ChangeBatch? {
        _ = try check(resumePoint)
        let waiting = waiting
        guard !waiting.isEmpty else { return nil }
        var batch = ChangeBatch(tables: tables)
        for entry in waiting {
            let whole = (batch.transactions.count, batch.changes.count, batch.bytes.count)
            guard try append(entry.transaction, to: &batch, byteLimit: byteLimit) else {
                if whole.0 == 0 {
                    batch.continues = true
                    part += batch.changes.count
                } else {
                    // It goes to the next batch, from its start.
                    batch.transactions.removeSubrange(whole.0...)
                    batch.changes.removeSubrange(whole.1...)
                    batch.bytes.removeSubrange(whole.2...)
                }
                return batch
            }
            let isRest = part > 0
            part = 0
            fidelity.exact += 1
            resumePoint = self.point(at: entry)
            if isRest || batch.bytes.count >= byteLimit { return batch }
        }
        return batch
    }

    /// Lets the journal forget.
    public func confirm(_ position: Position) throws {
        precondition(position <= resumePoint.position, "only what was read can be confirmed")
        legacy.confirm(position)
    }

    /// The position of the journal's last transaction.
    public func currentPosition() -> Position { legacy.state.last.transaction.position }

    /// Changes behind what was read.
    public func backlog() -> Int {
        waiting.reduce(0) { $0 + $1.transaction.changes.count } - part
    }

    private var waiting: ArraySlice<MemoryLegacy.Entry> {
        legacy.state.journal.drop { $0.transaction.position <= resumePoint.position }
    }

    private func point(at entry: MemoryLegacy.Entry) -> ResumePoint {
        ResumePoint(
            source: identity, position: entry.transaction.position,
            evidence: String(entry.evidence, radix: 16))
    }

    private func check(_ point: ResumePoint) throws -> ResumePoint {
        let state = legacy.state
        guard point.source.id == identity.id else {
            throw CaptureError(.foreign, "another database was captured before", hint: "read history again")
        }
        guard point.position >= state.forgotten.transaction.position else {
            throw CaptureError(
                .gap, "the journal starts after the position \(point.position)", hint: "read history again")
        }
        let entry = ([state.forgotten] + state.journal).first { $0.transaction.position == point.position }
        guard let entry, self.point(at: entry).evidence == point.evidence else {
            throw CaptureError(
                .foreign, "the journal does not hold what it held at \(point.position)",
                hint: "the database was put back: read history again")
        }
        return self.point(at: entry)
    }

    /// Appends what is left of a transaction; false when the limit was reached before its end.
    private func append(
        _ transaction: SourceTransaction, to batch: inout ChangeBatch, byteLimit: Int
    ) throws -> Bool {
        let firstByte = batch.bytes.count
        let first = batch.changes.count
        for change in transaction.changes.dropFirst(part) {
            if batch.changes.count > first, batch.bytes.count - firstByte >= byteLimit {
                close(transaction, first, &batch)
                return false
            }
            try append(change, to: &batch)
        }
        close(transaction, first, &batch)
        return true
    }

    private func append(_ change: SourceChange, to batch: inout ChangeBatch) throws {
        guard let table = tables.firstIndex(where: { $0.name == change.table }) else {
            throw CaptureError(
                .unsupported, "table \(change.table) is not captured", hint: "capture it from the start")
        }
        var images: [UInt32?] = []
        for image in [change.before, change.after] {
            images.append(image.map { _ in UInt32(batch.bytes.count) })
            batch.bytes += (image ?? []).flatMap(\.encoded)
        }
        batch.changes.append(
            ChangeBatch.Change(
                operation: change.operation, table: UInt16(table), before: images[0], after: images[1]))
    }

    private func close(_ transaction: SourceTransaction, _ first: Int, _ batch: inout ChangeBatch) {
        batch.transactions.append(
            ChangeBatch.Transaction(
                position: transaction.position, committedAt: Int64(transaction.position.value) * 1_000,
                origin: .application, changes: first..<batch.changes.count))
    }
}
