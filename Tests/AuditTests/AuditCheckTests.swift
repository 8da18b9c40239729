import Audit
import TestKit
import Testing

/// What a check of a chain finds, and that it finds everything.
@Suite struct AuditCheckTests {
    private let actor = AuditActor(name: "anna", account: "anna@host")
    private let key = AuditKey()
    private let disk = MemoryAuditStore.Disk()
    private var store: MemoryAuditStore { MemoryAuditStore(disk) }

    private func grow(_ count: Int, id: String = "chain", signed: Bool = true) throws {
        let trail = AuditTrail(
            store, migration: "shop", signer: signed ? key : nil, now: { 1_764_000_000_000_000 },
            makeID: { id })
        for number in 0..<count {
            if number % 3 == 2 {
                _ = try trail.perform(AuditRecord("thing.move", of: "é\(number)", by: actor)) { _ in
                    (0, "there")
                }
            } else {
                try trail.record {
                    AuditRecord("thing.verb", of: "\(number)", by: actor, because: "why", before: "a")
                }
            }
        }
    }

    private func verdict(_ kept: [SignedHead] = []) throws -> AuditVerdict {
        try #require(try AuditCheck.run(on: store, kept: kept, trusted: key.publicKey))
    }

    private func export() throws -> String {
        var text = ""
        _ = try AuditExport.write(store) { text += $0 + "\n" }
        return text
    }

    @Test func aChainThatNobodyTouchedIsWhole() throws {
        try grow(7)
        let verdict = try verdict()
        #expect(verdict.isWhole && verdict.head.entries == 9 && verdict.signedThrough == 9)
        let exported = try #require(AuditExport.check(try export(), trusted: key.publicKey))
        #expect(exported == verdict)
    }

    /// Every byte of every entry, changed in one bit.
    @Test func anyChangedByteOfAnEntryIsFound() throws {
        try grow(4)
        var random = SplitMix64(seed: 7)
        let texts = try store.auditTexts(after: 0, limit: 100)
        for (index, entry) in texts.enumerated() {
            let bytes = Array(entry.text.utf8)
            for position in bytes.indices {
                var changed = bytes
                changed[position] ^= 1 << UInt8.random(in: 0..<7, using: &random)
                disk.edit { $0[index].text = String(decoding: changed, as: UTF8.self) }
                #expect(try !verdict().isWhole, "entry \(index + 1), byte \(position)")
            }
            disk.edit { $0[index].text = entry.text }
        }
        #expect(try verdict().isWhole)
    }

    /// Every byte of an export, changed in one bit, left out, or doubled.
    @Test(arguments: [true, false]) func anyChangedByteOfAnExportIsFound(signed: Bool) throws {
        try grow(3, signed: signed)
        var random = SplitMix64(seed: 7)
        let bytes = Array(try export().utf8)
        for position in bytes.indices {
            var flipped = bytes
            flipped[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            var shorter = bytes
            shorter.remove(at: position)
            var longer = bytes
            longer.insert(bytes[position], at: position)
            for changed in [flipped, shorter, longer, Array(bytes[..<position])] {
                let found = AuditExport.check(String(decoding: changed, as: UTF8.self))
                #expect(found?.isWhole != true, "byte \(position)")
            }
        }
    }

    @Test func whatIsRemovedInsertedOrMovedIsFound() throws {
        try grow(6)
        let texts = try store.auditTexts(after: 0, limit: 100)
        let edits: [(inout [(number: Int, text: String)]) -> Void] = [
            { $0.remove(at: 0) }, { $0.remove(at: 3) }, { $0.swapAt(2, 3) },
            { texts in (texts[2].text, texts[3].text) = (texts[3].text, texts[2].text) },
            { $0.insert($0[2], at: 3) }, { $0[4].number = 40 },
            // All of them numbered anew.
            { texts in
                texts.remove(at: 2)
                for index in texts.indices { texts[index].number = index + 1 }
            },
        ]
        for (number, edit) in edits.enumerated() {
            disk.edit(edit)
            #expect(try !verdict().isWhole, "edit \(number)")
            disk.edit { $0 = texts }
        }
        #expect(try verdict().isWhole)
    }

    @Test func anEndThatIsCutOffTogetherWithItsHeadIsFoundByAHeadThatWasKept() throws {
        try grow(3)
        let early = try #require(try store.auditHead())
        try grow(3)
        let late = try #require(try store.auditHead()?.signed)
        disk.edit { $0.removeLast($0.count - early.head.entries) }
        disk.end(early.head, signed: early.signed)
        // Nothing in the store is wrong: only what was kept elsewhere tells.
        #expect(try verdict().isWhole)
        #expect(try verdict([late]).problems.contains { $0.contains("cut off") })
    }

    @Test func aChainThatWasWrittenAnewIsFoundByItsSignatures() throws {
        try grow(4)
        let kept = try #require(try store.auditHead()?.signed)
        let forged = MemoryAuditStore.Disk()
        let forger = AuditTrail(
            MemoryAuditStore(forged), migration: "shop", signer: AuditKey(), now: { 1 }, makeID: { "chain" })
        for _ in 0..<6 { try forger.record { AuditRecord("thing.verb", of: "0", by: actor) } }
        let store = MemoryAuditStore(forged)
        // By itself it is as whole as any.
        #expect(try AuditCheck.run(on: store)?.isWhole == true)
        let trusted = try #require(try AuditCheck.run(on: store, trusted: key.publicKey))
        #expect(trusted.problems == ["no head is signed with the trusted key"] && trusted.headsOfOthers == 1)
        let held = try #require(try AuditCheck.run(on: store, kept: [kept]))
        #expect(held.problems.contains { $0.contains("not the one whose head was signed") })
    }

    @Test func anotherChainInItsPlaceIsFound() throws {
        try grow(4)
        let kept = try #require(try store.auditHead()?.signed)
        let other = MemoryAuditStore.Disk()
        let trail = AuditTrail(
            MemoryAuditStore(other), migration: "shop", signer: key, now: { 1 }, makeID: { "begun anew" })
        for _ in 0..<6 { try trail.record { AuditRecord("thing.verb", of: "0", by: actor) } }
        let found = try AuditCheck.run(on: MemoryAuditStore(other), kept: [kept], trusted: key.publicKey)
        #expect(try #require(found).problems.contains { $0.contains("another chain") })
    }

    @Test func aSignatureThatIsNotItsKeysIsFound() throws {
        try grow(2)
        var signed = try #require(try store.auditHead()?.signed)
        signed.signature[5] ^= 1
        #expect(try verdict([signed]).problems.contains { $0.contains("not its key's") })
        // A key that vouches for nothing vouches for nothing.
        try grow(1, signed: false)
        let head = try #require(try store.auditHead()?.head)
        disk.end(head, signed: nil)
        #expect(try verdict().problems.contains { $0.contains("no head") })
    }

    /// A key that was changed: heads of the one before are left out and counted.
    @Test func headsOfAnotherKeyProveNothingAndSpeakAgainstNothing() throws {
        try grow(2)
        let old = try #require(try store.auditHead()?.signed)
        let next = AuditKey()
        let trail = AuditTrail(store, migration: "shop", signer: next, now: { 1 }, makeID: { "chain" })
        _ = try trail.sign(by: actor, because: "the old one has gone")
        let verdict = try #require(try AuditCheck.run(on: store, kept: [old], trusted: next.publicKey))
        #expect(verdict.isWhole && verdict.headsOfOthers == 1 && verdict.headsCompared == 1)
        #expect(verdict.signers == [next.publicKey])
    }

    @Test func anEndThatIsGoneOrNoneIsAVerdictAndNoBeginning() throws {
        try grow(2, signed: false)
        disk.forgetEnd()
        let verdict = try #require(try AuditCheck.run(on: store))
        #expect(!verdict.isWhole)
        #expect(throws: AuditError.self) { try grow(1, signed: false) }
    }

    @Test func whatComesAfterTheLastSignatureIsTold() throws {
        try grow(2)
        try grow(2, signed: false)
        let verdict = try verdict()
        #expect(verdict.isWhole && verdict.signedThrough == 2 && verdict.head.entries == 4)
    }

    @Test func anOutcomeWithoutAnIntentionIsFound() throws {
        let trail = AuditTrail(store, migration: "shop", now: { 1 }, makeID: { "chain" })
        let record = AuditRecord("thing.move", of: "x", by: actor)
        _ = try trail.perform(record) { _ in (0, nil) }
        try trail.conclude(1, record, .failed)
        let found = try #require(try AuditCheck.run(on: store))
        #expect(found.problems == ["entry 3 concludes entry 1, which is no open intention"])
    }

    @Test func theFirstProblemsAreToldAndTheOthersCounted() throws {
        try grow(40, signed: false)
        disk.edit { texts in for index in texts.indices { texts[index].text = "{}" } }
        let found = try #require(try AuditCheck.run(on: store))
        #expect(found.problems.count == 21 && found.problems.last?.hasPrefix("and ") == true)
    }

    @Test func aFormatOfAnotherVersionIsNotJudged() throws {
        try grow(1)
        let text = try export().replacing("banyan-audit-1", with: "banyan-audit-9")
        #expect(AuditExport.check(text) == nil)
    }
}
