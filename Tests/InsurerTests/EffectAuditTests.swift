import Testing

@testable import Insurer

@Suite struct EffectAuditTests {
    private let row = LegacyRow(.policy, "0001")
    private let one = RowDigest(of: "one")
    private let two = RowDigest(of: "two")

    private func intent(_ transaction: String, _ sequence: Int64, _ digest: RowDigest?) -> WitnessRecord {
        let operation = WitnessOperation(
            id: transaction + ".1", kind: "relocate", subject: "0001", effects: [WitnessEffect(row, digest)])
        return .intent(transaction: transaction, sequence: sequence, time: sequence, operation: operation)
    }

    private func audit(_ records: [WitnessRecord], _ found: EffectAudit.Found?) -> EffectAudit.Result {
        var history = WitnessHistory(records)
        history.settle(seeing: Set([found?.mark].compactMap(\.self)))
        return EffectAudit(history).run(on: found.map { [row: $0] } ?? [:])
    }

    @Test func takesAnUnknownTransactionEitherWay() {
        let records = [
            intent("w-1", 1, one), .outcome(transaction: "w-1", isAcknowledged: true, reason: ""),
            intent("w-2", 2, two),
        ]
        #expect(audit(records, .init(mark: "w-1.1", digest: one)).lost.isEmpty)
        #expect(audit(records, .init(mark: "w-2.1", digest: two)).lost.isEmpty)
        #expect(audit(records, .init(mark: "w-2.1", digest: one)).lost.count == 1)
        #expect(audit(records, nil).lost.count == 1)
    }

    @Test func knowsThatASequenceGivenOutAgainWasNeverCommitted() {
        let records = [
            intent("a-1", 5, one), intent("b-1", 5, two),
            .outcome(transaction: "b-1", isAcknowledged: true, reason: ""),
        ]
        #expect(audit(records, .init(mark: "b-1.1", digest: two)).lost.isEmpty)
        let wrong = audit(records, .init(mark: "a-1.1", digest: one))
        #expect(wrong.lost.count == 1)
    }

    @Test func ordersWritersByTheSequenceOfTheirCommits() {
        let records = [
            intent("b-1", 2, two), .outcome(transaction: "b-1", isAcknowledged: true, reason: ""),
            intent("a-1", 1, one), .outcome(transaction: "a-1", isAcknowledged: true, reason: ""),
        ]
        #expect(audit(records, .init(mark: "b-1.1", digest: two)).lost.isEmpty)
        #expect(audit(records, .init(mark: "a-1.1", digest: one)).lost.count == 1)
    }

    @Test func noticesADeletedRowThatIsBack() {
        let records = [intent("a-1", 1, nil), .outcome(transaction: "a-1", isAcknowledged: true, reason: "")]
        #expect(audit(records, nil).lost.isEmpty)
        #expect(audit(records, .init(mark: nil, digest: one)).lost.count == 1)
    }
}
