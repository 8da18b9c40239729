import Capture
import Model
import TestKit

/// A memory database whose sources and readers have one fault, or none; what it lacks is for the test to say.
final class BrokenLegacy: SourceUnderExam {
    let inner: MemoryLegacy
    let fault: SourceFault?
    let lacks: [SourceAbility: String]
    /// A copy that is one transaction behind.
    private let shadow: MemoryLegacy
    private var unseen: [SourceOperation]?
    private var saved: [SourceOperation]?
    /// Every resume point that was seen, in order.
    private(set) var points: [ResumePoint] = []
    /// Changes that were returned of the transaction after a position.
    var delivered: [Position: Int] = [:]
    private var instances = 0

    init(_ fault: SourceFault?, lacks: [SourceAbility: String] = [:], id: String) {
        self.fault = fault
        self.lacks = lacks
        inner = MemoryLegacy(id: id)
        shadow = MemoryLegacy(id: id)
    }

    func capture(_ tables: [TableSchema]) throws {
        try inner.capture(tables)
        try shadow.capture(tables)
    }

    func begin(_ operations: [SourceOperation]) throws -> any SourceTransactionUnderExam {
        guard fault == .seesOpenTransactions else { return Transaction(self, operations) }
        try commit(operations)
        return Transaction(self, [])
    }

    func makeSource() throws -> any ChangeSource {
        instances += 1
        return BrokenSource(inner.makeSource(), self, instance: instances)
    }

    func makeReader() throws -> any RangeReader {
        guard let fault, fault.isReaders else { return inner.makeReader() }
        return BrokenRangeReader(inner.makeBoundedReader(), stale: shadow.makeReader(), fault)
    }

    func forget(through position: Position) throws { inner.forget(through: position) }

    func save() throws {
        inner.save()
        shadow.save()
        saved = unseen
    }

    func putBack() throws {
        inner.putBack()
        shadow.putBack()
        unseen = saved
    }

    /// Notes a resume point that was seen.
    func note(_ point: ResumePoint) {
        if !points.contains(point) { points.append(point) }
    }

    private func commit(_ operations: [SourceOperation]) throws {
        try inner.begin(operations).commit()
        guard !operations.isEmpty else { return }
        if let unseen { try shadow.begin(unseen).commit() }
        unseen = operations
    }

    private final class Transaction: SourceTransactionUnderExam {
        private let legacy: BrokenLegacy
        private let operations: [SourceOperation]

        init(_ legacy: BrokenLegacy, _ operations: [SourceOperation]) {
            self.legacy = legacy
            self.operations = operations
        }

        func commit() throws { try legacy.commit(operations) }

        func rollBack() throws {}
    }
}
