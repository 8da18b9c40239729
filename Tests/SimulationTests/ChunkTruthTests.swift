import Capture
import Model
import Testing

@testable import Simulation

/// The checker of chunks: it must be able to object.
@Suite struct ChunkTruthTests {
    private let legacy = SimulatedLegacy()
    private let keys = (1...3).map { LegacyKey(table: .policy, policy: $0) }

    init() {
        for key in keys { write(key, LegacyRow(kind: 0, revision: 1)) }
    }

    private func write(_ key: LegacyKey, _ row: LegacyRow?) {
        let transaction = legacy.begin(.application)
        let old = legacy.row(key, in: transaction) == nil ? nil : key
        legacy.write(transaction, from: old, to: row.map { (key, $0) })
        legacy.commit(transaction, advance: 1, isVisible: true, at: 0)
    }

    /// A chunk of these rows as they are now, and its certificate.
    private func chunk(_ keys: [LegacyKey]) -> (certificate: ChunkCertificate, batch: ChangeBatch) {
        var batch = ChangeBatch(tables: [LegacyTable.schemas[0]])
        for key in keys {
            guard let row = legacy.visibleRow(key) else { continue }
            batch.changes.append(
                ChangeBatch.Change(
                    operation: .read, table: 0, before: nil, after: UInt32(batch.bytes.count)))
            row.encode(key, into: &batch.bytes)
        }
        let certificate = ChunkCertificate(
            context: "*", table: "pol", number: 0, keyAfter: nil,
            keyThrough: Hex.encode(self.keys[1].encoded.bytes), low: legacy.end, high: legacy.end,
            frontier: legacy.end, rowsRead: batch.changes.count, rowsDropped: 0,
            digest: BackfillMachine.digest(of: batch), isLast: false)
        return (certificate, batch)
    }

    private func objection(
        _ certificate: ChunkCertificate, _ batch: ChangeBatch, start: Position? = nil,
        after end: ChunkTruth.End? = nil
    ) -> String? {
        ChunkTruth(legacy, .policy, start: start ?? legacy.end).objection(to: certificate, batch, after: end)
    }

    @Test func whatIsTrueIsNotObjectedTo() {
        let (certificate, batch) = chunk([keys[0], keys[1]])
        #expect(objection(certificate, batch) == nil)
    }

    @Test func everyFalseWordIsObjectedTo() {
        let (certificate, batch) = chunk([keys[0], keys[1]])
        let changes: [(inout ChunkCertificate) -> Void] = [
            { $0.number = 1 }, { $0.keyAfter = $0.keyThrough }, { $0.isLast = true }, { $0.keyThrough = nil },
            { $0.low = Position($0.high.value + 1) }, { $0.rowsRead += 1 }, { $0.rowsDropped = 1 },
            { $0.rowsDropped = -1 }, { $0.digest = BackfillMachine.digest(of: ChangeBatch(tables: [])) },
        ]
        for (number, change) in changes.enumerated() {
            var other = certificate
            change(&other)
            #expect(objection(other, batch) != nil, "change \(number)")
        }
        let last = ChunkTruth.End(number: -1, keyThrough: nil, isLast: true)
        #expect(objection(certificate, batch, after: last) != nil)
    }

    @Test func aRowThatIsMissingOrOlderIsObjectedTo() {
        let (certificate, batch) = chunk([keys[0]])
        #expect(objection(certificate, batch)?.contains("lacks the row") ?? false)
        // A row that changed since the capture began is in the log by itself.
        write(keys[1], LegacyRow(kind: 1, revision: 2))
        let now = chunk([keys[0]]).certificate
        #expect(objection(now, batch, start: Position(legacy.end.value - 1)) == nil)
        let older = chunk([keys[0], keys[1]])
        write(keys[1], LegacyRow(kind: 2, revision: 3))
        var later = older.certificate
        later.high = legacy.end
        #expect(objection(later, older.batch)?.contains("was not so") ?? false)
    }
}
