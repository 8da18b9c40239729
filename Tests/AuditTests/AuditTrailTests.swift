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
        let result = try trail().perform(AuditRecord("thing.move", of: "x", by: actor, before: "here")) { _ in
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
            try trail().perform(AuditRecord("thing.move", of: "x", by: actor)) { (_: Int) -> (Int, String?) in
                throw Mishap()
            }
        }
        #expect(try entries().map(\.stage) == [.intended, .concluded(1, .failed)])
    }

    @Test func whatIsCutShortStaysOpenUntilSomebodyConcludesIt() throws {
        let record = AuditRecord("thing.move", of: "x", by: actor)
        #expect(throws: Mishap.self) {
            try trail().perform(record) { (_: Int) -> (Int, String?) in throw Mishap() }
        }
        // As a process leaves it that is killed in between.
        let kept = try entries()[0]
        disk.edit { $0.removeLast() }
        disk.end(kept.head, signed: nil)
        #expect(try AuditCheck.run(on: store)?.openIntentions == [1])
        try trail().conclude(1, as: .failed, by: actor, because: "it was killed")
        let verdict = try #require(try AuditCheck.run(on: store))
        #expect(verdict.isWhole && verdict.openIntentions.isEmpty)
        #expect(throws: AuditError.self) { try trail().conclude(2, as: .failed, by: actor, because: nil) }
    }

    @Test func everyHeadIsSignedAndKeptElsewhere() throws {
        let folder = try TemporaryFolder()
        let heads = HeadsFile(path: folder.file("heads.jsonl"))
        let key = AuditKey()
        for number in 1...3 {
            try trail(signer: key, heads: heads).record { AuditRecord("a.b", of: "\(number)", by: actor) }
        }
        let kept = try #require(try heads.read())
        #expect(kept.heads.map(\.head.entries) == [1, 2, 3] && kept.strange == 0)
        let verdict = try #require(
            try AuditCheck.run(on: store, kept: kept.heads, trusted: key.publicKey))
        #expect(verdict.isWhole && verdict.signedThrough == 3)
        // A line that was being written when the machine failed, and one that an editor saved.
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file("heads.jsonl")))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(try kept.heads[0].text().utf8.prefix(40)))
        try handle.close()
        try trail(signer: key, heads: heads).record { AuditRecord("a.b", of: "4", by: actor) }
        let later = try #require(try heads.read())
        #expect(later.heads.map(\.head.entries) == [1, 2, 3, 4] && later.strange == 1)
        let lines = try later.heads.map { try $0.text() }
        for text in [lines.joined(separator: "\n"), lines.joined(separator: "\r\n") + "\r\n"] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("heads.jsonl")))
            #expect(try heads.read()?.heads == later.heads)
        }
    }

    /// Eight add at once: every line is whole.
    @Test func headsOfSeveralWritersDoNotMix() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("heads.jsonl")
        let works = (0..<8).map { writer in
            TestWork {
                let chain = AuditChain(migration: "shop", id: "\(writer)")
                let (key, heads) = (AuditKey(), HeadsFile(path: path))
                for number in 1...20 {
                    try heads.add(
                        SignedHead(
                            AuditHead(entries: number, digest: chain.genesis), of: chain.genesis, at: 1,
                            by: key))
                }
            }
        }
        for work in works { try work.join() }
        let found = try #require(try HeadsFile(path: path).read())
        #expect(found.heads.count == 160 && found.strange == 0)
    }

    /// The key vouches for nothing that somebody else has put there.
    @Test func whatSomebodyPutIntoTheChainIsNotSigned() throws {
        let key = AuditKey()
        try trail(signer: key).record { AuditRecord("a.b", of: "1", by: actor) }
        // Without the key, as somebody can who may write the store.
        try trail().record { AuditRecord("a.b", of: "forged", by: actor) }
        let error = #expect(throws: AuditError.self) {
            try trail(signer: key).record { AuditRecord("a.b", of: "2", by: actor) }
        }
        #expect(error?.code == .damaged)
        let verdict = try #require(try AuditCheck.run(on: store, trusted: key.publicKey))
        #expect(verdict.signedThrough == 1 && verdict.head.entries == 2)
        // A chain that is written anew, without a signature or with another key's, is none of its either.
        for forger in [nil, AuditKey()] {
            disk.edit { $0.removeAll() }
            disk.forgetEnd()
            try trail(signer: forger).record { AuditRecord("a.b", of: "anew", by: actor) }
            #expect(throws: AuditError.self) {
                try trail(signer: key).record { AuditRecord("a.b", of: "2", by: actor) }
            }
        }
        // A person may vouch for it; that they did is an entry.
        _ = try trail(signer: key).sign(by: actor, because: "looked into it")
        try trail(signer: key).record { AuditRecord("a.b", of: "2", by: actor) }
        let vouched = try #require(try AuditCheck.run(on: store, trusted: key.publicKey))
        #expect(vouched.isWhole && vouched.signedThrough == 3)
        #expect(try entries().map(\.record.action) == ["a.b", "audit.sign", "a.b"])
    }

    @Test func anAbandonedIntentionIsConcludedOnceAndItsOwnWordStillCounts() throws {
        let record = AuditRecord("migration.run", of: "shop", by: actor)
        var late: Int?
        try trail().perform(record) { number in
            late = number
            // Another engine finds it gone, twice, and somebody says so by hand.
            try trail().concludeAbandoned("migration.run", by: actor, but: number + 1)
            try trail().concludeAbandoned("migration.run", by: actor, but: number + 1)
            #expect(throws: AuditError.self) {
                try trail().conclude(number, as: .failed, by: actor, because: nil)
            }
            return ((), nil)
        }
        #expect(
            try entries().map(\.stage) == [.intended, .concluded(1, .unknown), .concluded(1, .done)])
        #expect(late == 1)
        #expect(try AuditCheck.run(on: store)?.problems == [])
    }

    @Test func aHeadThatCannotBeKeptElsewhereIsSaid() throws {
        let folder = try TemporaryFolder()
        let heads = HeadsFile(path: folder.file("nowhere/heads.jsonl"))
        let (key, record) = (AuditKey(), AuditRecord("a.b", of: "c", by: actor))
        let error = #expect(throws: AuditError.self) {
            try trail(signer: key, heads: heads).record { record }
        }
        #expect(error?.code == .headNotKept && error?.message.hasPrefix("entry 1 is recorded") == true)
        #expect(error?.message.contains("No such file") == true)
        #expect(throws: AuditError.self) { try heads.prepare(isBegun: false) }
        // What was only intended is not done then, and nobody has to wonder about it.
        var done = false
        #expect(throws: AuditError.self) {
            try trail(signer: key, heads: heads).perform(record) { _ in
                done = true
                return ((), nil)
            }
        }
        #expect(try !done && entries().map(\.stage) == [.done, .intended, .concluded(2, .failed)])
    }
}
