import Audit
import Foundation
import TestKit
import Testing

/// Who did what, written before and after it is done.
@Suite struct AuditTrailTests {
    private struct Mishap: Error {}

    private let actor = AuditActor(name: "anna", account: "anna@host")
    private let disk = MemoryAuditStore.Disk()
    private var store: MemoryAuditStore { MemoryAuditStore(disk) }

    private func trail(signer: AuditKey? = nil, heads: HeadsFile? = nil) -> AuditTrail {
        AuditTrail(store, migration: "shop", signer: signer, heads: heads, now: { 7 }, makeID: { "chain" })
    }

    private func entries() throws -> [AuditEntry] {
        try store.auditTexts(after: 0, limit: 100).compactMap { AuditEntry(text: $0.text) }
    }

    @Test func anIntentionIsThereBeforeTheDeedAndItsOutcomeAfterIt() throws {
        let result = try trail().perform(AuditRecord("thing.move", of: "x", by: actor, before: "here")) {
            let stages = try entries().map(\.stage)
            #expect(stages == [.intended])
            return (result: 5, after: "there")
        }
        #expect(result == 5)
        let found = try entries()
        #expect(found.map(\.stage) == [.intended, .concluded(1, .done)])
        #expect(
            found.map(\.record.after) == [nil, "there"] && found.map(\.record.before) == ["here", "here"])
        #expect(try AuditCheck.run(on: store)?.openIntentions == [])
    }

    @Test func aDeedThatFailsIsOnRecordAsFailed() throws {
        #expect(throws: Mishap.self) {
            try trail().perform(AuditRecord("thing.move", of: "x", by: actor)) { () -> (Int, String?) in
                throw Mishap()
            }
        }
        #expect(try entries().map(\.stage) == [.intended, .concluded(1, .failed)])
    }

    @Test func whatIsCutShortStaysOpenUntilSomebodyConcludesIt() throws {
        let record = AuditRecord("thing.move", of: "x", by: actor)
        #expect(throws: Mishap.self) {
            try trail().perform(record) { () -> (Int, String?) in throw Mishap() }
        }
        // As a process leaves it that is killed in between.
        let kept = try entries()[0]
        disk.edit { $0.removeLast() }
        disk.end(kept.head, signed: nil)
        #expect(try AuditCheck.run(on: store)?.openIntentions == [1])
        try trail().conclude(1, record, .unknown)
        let verdict = try #require(try AuditCheck.run(on: store))
        #expect(verdict.isWhole && verdict.openIntentions.isEmpty)
    }

    @Test func nothingIsDoneWithoutItsEntryAndNoEntryWithoutWhatWasDone() throws {
        var done = 0
        #expect(throws: Mishap.self) {
            try trail().record {
                done += 1
                throw Mishap()
            }
        }
        #expect(done == 1)
        #expect(try entries().isEmpty)
    }

    @Test func everyHeadIsSignedAndKeptElsewhere() throws {
        let folder = try TemporaryFolder()
        let heads = HeadsFile(path: folder.file("heads.jsonl"))
        let key = AuditKey()
        for number in 1...3 {
            try trail(signer: key, heads: heads).record { AuditRecord("a.b", of: "\(number)", by: actor) }
        }
        let kept = try heads.read()
        #expect(kept.heads.map(\.head.entries) == [1, 2, 3] && kept.strange == 0)
        let verdict = try #require(
            try AuditCheck.run(on: store, kept: kept.heads, trusted: key.publicKey))
        #expect(verdict.isWhole && verdict.signedThrough == 3)
        // A line that was being written when the machine failed.
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file("heads.jsonl")))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(try kept.heads[0].text().utf8.prefix(40)))
        try handle.close()
        #expect(try heads.read().heads.count == 3)
    }

    @Test func aHeadThatCannotBeKeptElsewhereIsSaid() throws {
        let folder = try TemporaryFolder()
        let heads = HeadsFile(path: folder.file("nowhere/heads.jsonl"))
        let error = #expect(throws: AuditError.self) {
            try trail(signer: AuditKey(), heads: heads).record { AuditRecord("a.b", of: "c", by: actor) }
        }
        #expect(error?.code == .unusableHeads)
        #expect(try entries().count == 1)
    }
}
