import Audit

/// The questions of the exam of an audit store.
enum AuditExam {
    typealias Open = @Sendable () throws -> any AuditStore

    struct Question {
        var name: String
        var ask: (@escaping Open) throws -> Void
    }

    private struct Mishap: Error {}

    static let actor = AuditActor(name: "Žofie 🌳 O'Neill", account: "z@host")

    static var questions: [Question] { keeping + refusing + sharing }

    private static var keeping: [Question] {
        [
            Question(name: "there is no chain before the first entry") { open in
                let store = try open()
                try demand(try store.auditHead() == nil, "a fresh store has a chain")
                try demand(try store.auditTexts(after: 0, limit: 9).isEmpty, "a fresh store has entries")
            },
            Question(name: "entries are kept byte for byte and in their order") { open in
                let store = try open()
                var written: [String] = []
                for number in 1...25 {
                    let record = AuditRecord(
                        "thing.verb\(number)", of: "a/b\"\\\u{0}\u{1}", by: actor,
                        because: number % 2 == 0 ? nil : "because\nof it", after: "{\"é\":[1]}")
                    try store.transact {
                        let head = try store.lockedHead(orBegin: fresh).head
                        let entry = AuditEntry(record, stage: .done, at: Int64(number), after: head)
                        try store.append(entry)
                        written.append(try entry.text())
                    }
                }
                let other = try open()
                let all = try other.auditTexts(after: 0, limit: 100)
                try demand(all.map(\.number) == Array(1...25), "the places are \(all.map(\.number))")
                try demand(
                    zip(all, written).allSatisfy { $0.text.utf8.elementsEqual($1.utf8) }, "a text is another")
                let page = try other.auditTexts(after: 10, limit: 7).map(\.number)
                try demand(page == Array(11...17), "after 10, seven of them, come \(page)")
                let found = try other.auditHead()
                try demand(
                    found?.chain == fresh && found?.head.entries == 25
                        && AuditEntry(text: written[24])?.digest == found?.head.digest,
                    "the head is another one")
                try demand(found?.signed == nil, "a head is signed that nobody signed")
                try demand(try AuditCheck.run(on: other)?.problems == [], "the chain is not whole")
            },
            Question(name: "the newest signed head takes the place of the one before") { open in
                let store = try open()
                let key = AuditKey()
                for number in 1...3 {
                    try trail(store, key).record {
                        AuditRecord("thing.verb", of: "\(number)", by: actor)
                    }
                    let signed = try open().auditHead()?.signed
                    try demand(signed?.head.entries == number, "after \(number) entries another is signed")
                    try demand(signed?.isGenuine == true, "the signature came back as another one")
                }
            },
        ]
    }

    private static var refusing: [Question] {
        [
            Question(name: "what is thrown in a transaction leaves nothing of it") { open in
                let store = try open()
                for isBegun in [false, true] {
                    if isBegun { try trail(store).record { AuditRecord("a.b", of: "c", by: actor) } }
                    let before = try store.auditHead()?.head
                    do {
                        try store.transact {
                            let head = try store.lockedHead(orBegin: fresh).head
                            try store.append(
                                AuditEntry(
                                    AuditRecord("x.y", of: "z", by: actor), stage: .done, at: 1, after: head))
                            throw Mishap()
                        }
                        throw ExamFailure("what the body threw was swallowed")
                    } catch is Mishap {
                        try demand(try store.auditHead()?.head == before, "the head has moved")
                        let count = try open().auditTexts(after: 0, limit: 9).count
                        try demand(count == before?.entries ?? 0, "an entry was left")
                    }
                }
                try trail(try open()).record { AuditRecord("a.b", of: "c", by: actor) }
                try demand(
                    try AuditCheck.run(on: store)?.head.entries == 2, "nothing can be appended any more")
            },
            Question(name: "an entry that does not come after the end is refused") { open in
                let store = try open()
                for _ in 0..<2 { try trail(store).record { AuditRecord("a.b", of: "c", by: actor) } }
                let before = try store.auditHead()?.head
                let strays = [
                    fresh.beginning, AuditHead(entries: 2, digest: fresh.genesis),
                    AuditHead(entries: 3, digest: before?.digest ?? fresh.genesis),
                ]
                for stray in strays {
                    do {
                        try store.transact {
                            _ = try store.lockedHead(orBegin: fresh)
                            try store.append(
                                AuditEntry(
                                    AuditRecord("x.y", of: "z", by: actor), stage: .done, at: 1, after: stray)
                            )
                        }
                    } catch {
                        try demand(try store.auditHead()?.head == before, "the head has moved")
                        continue
                    }
                    throw ExamFailure("an entry after entry \(stray.entries) was taken")
                }
                try demand(try AuditCheck.run(on: store)?.problems == [], "the chain is not whole")
            },
        ]
    }

    private static var sharing: [Question] {
        [
            Question(name: "many writers make one chain") { open in
                let (writers, each) = (8, 12)
                _ = try open()
                let works = (0..<writers).map { writer in
                    TestWork {
                        let store = try open()
                        for number in 0..<each {
                            try trail(store).record {
                                AuditRecord("thing.verb", of: "\(writer)/\(number)", by: actor)
                            }
                        }
                    }
                }
                for work in works { try work.join() }
                let store = try open()
                let verdict = try AuditCheck.run(on: store)
                try demand(
                    verdict?.problems == [] && verdict?.head.entries == writers * each,
                    "the chain has \(verdict?.head.entries ?? 0) entries: \(verdict?.problems ?? [])")
                let subjects = try store.auditTexts(after: 0, limit: 1_000).compactMap {
                    AuditEntry(text: $0.text)?.record.subject
                }
                for writer in 0..<writers {
                    let own = subjects.filter { $0.hasPrefix("\(writer)/") }
                    try demand(
                        own == (0..<each).map { "\(writer)/\($0)" },
                        "writer \(writer) is out of order: \(own)")
                }
            }
        ]
    }

    static let fresh = AuditChain(migration: "shop", id: "of the exam")

    static func trail(_ store: any AuditStore, _ key: AuditKey? = nil) -> AuditTrail {
        AuditTrail(store, migration: "shop", signer: key, now: { 7 }, makeID: { "of the exam" })
    }
}
