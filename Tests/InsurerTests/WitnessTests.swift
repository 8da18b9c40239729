import Foundation
import Testing

@testable import Insurer

@Suite struct WitnessTests {
    @Test(arguments: [
        WitnessRecord.intent(
            transaction: "w-1", sequence: 9, time: 12,
            operation: WitnessOperation(
                id: "w-1.1", kind: "cancel", subject: "12.345.678-9",
                effects: [
                    WitnessEffect(LegacyRow(.policy, "12.345.678-9"), RowDigest(of: "x")),
                    WitnessEffect(LegacyRow(.approval, "4"), nil),
                ])),
        .intent(
            transaction: "w-1", sequence: 9, time: 12,
            operation: WitnessOperation(id: "w-1.2", kind: "batch", subject: "all policies", effects: [])),
        .event(
            transaction: "w-1",
            EndorsementEvent(type: "EndorsementApproved", policyNumber: "A1", versionNumber: 3)),
        .note(
            transaction: "s-1", time: 4,
            operation: ServiceOperation(
                id: "s-1.1", key: NaturalKey(policyNumber: "A1", versionNumber: 3),
                note: RowDigest(of: "x"))),
        .undone(transaction: "w-1", operation: "w-1.2", kind: "collide", reason: "constraint"),
        .outcome(transaction: "w-1", isAcknowledged: true, reason: ""),
        .outcome(transaction: "w-1", isAcknowledged: false, reason: "on purpose"),
    ])
    func readsWhatItWrites(_ record: WitnessRecord) throws {
        #expect(try WitnessRecord(line: record.line[...]) == record)
    }

    @Test(arguments: [
        "", "ack", "intent\tw\tx\to\tk\ts\t", "intent\tw\t1\t2\to\tk\ts\tpolicy=1",
        "note\ts\t1\to\tp\tone\tff", "event\tw\tT\tp\tone", "ack\tw\tr\tx",
    ])
    func refusesLinesThatNoWriterWrote(_ line: String) {
        #expect(throws: InsurerError.self) { try WitnessRecord(line: line[...]) }
    }

    @Test func cutsOffTheLineThatAKilledWriterLeftUnfinished() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "witness-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("ack\tw-7\t\nintent\tw-8\t3\tw".utf8).write(to: file)
        let log = try WitnessLog(path: file.path)
        #expect(log.nextTransaction() == 8)
        try log.append([.outcome(transaction: "w-8", isAcknowledged: false, reason: "busy")])
        #expect(try WitnessFile.records(at: file.path).map(\.line) == ["ack\tw-7\t", "fail\tw-8\tbusy"])
    }

    @Test func countsDaysAsTheCalendarDoes() {
        #expect(BusinessDay(number: 0).text == "19700101")
        #expect(BusinessDay.endOfHistory.text == "20250630")
        #expect(BusinessDay(number: 19_782).text == "20240229")
        #expect((BusinessDay(number: 19_782) + 1).text == "20240301")
        #expect((BusinessDay(number: 0) - 1).text == "19691231")
    }
}
