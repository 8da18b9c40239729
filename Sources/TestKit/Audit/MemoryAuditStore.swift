public import Audit
import Foundation
import Synchronization

/// A chain in memory, that handles share.
public final class MemoryAuditStore: AuditStore {
    /// What a store can get wrong.
    public enum Fault: Sendable, CaseIterable {
        /// What was thrown is kept.
        case keepsWhatWasThrown
        /// Two may append at the same time.
        case locksNothing
        /// Any entry is taken.
        case takesAnyEntry
        /// The newest entries come first.
        case turnsPagesRound
        /// The first signed head stays.
        case keepsTheFirstSignature
    }

    /// What handles share.
    public final class Disk: Sendable {
        struct State {
            var chain: AuditChain?
            var head: AuditHead?
            var signed: SignedHead?
            var texts: [(number: Int, text: String)] = []
        }

        let state = Mutex(State())
        let lock = DispatchSemaphore(value: 1)

        /// An empty disk.
        public init() {}

        /// Puts another text in the place of an entry, as somebody with access to the store can.
        public func edit(_ body: (inout [(number: Int, text: String)]) -> Void) {
            state.withLock { body(&$0.texts) }
        }

        /// Forgets which chain it is and where it ends.
        public func forgetEnd() {
            state.withLock {
                $0.chain = nil
                $0.head = nil
                $0.signed = nil
            }
        }

        /// Has the chain end somewhere else by its own account.
        public func end(_ head: AuditHead, signed: SignedHead?) {
            state.withLock {
                $0.head = head
                $0.signed = signed
            }
        }
    }

    private let disk: Disk
    private let fault: Fault?

    /// A handle of a disk.
    public init(_ disk: Disk, _ fault: Fault? = nil) {
        self.disk = disk
        self.fault = fault
    }

    /// Runs `body` while nobody else does.
    public func transact<Result>(_ body: () throws -> Result) throws -> Result {
        if fault != .locksNothing { disk.lock.wait() }
        defer { if fault != .locksNothing { disk.lock.signal() } }
        let before = disk.state.withLock(\.self)
        do {
            return try body()
        } catch {
            if fault != .keepsWhatWasThrown { disk.state.withLock { $0 = before } }
            throw error
        }
    }

    /// The chain's name and end.
    public func lockedHead(orBegin fresh: AuditChain) throws -> AuditEnd {
        let found = try disk.state.withLock { state in
            if state.chain == nil {
                guard state.texts.isEmpty else {
                    throw AuditError(.damaged, "entries without an end", hint: "look into it")
                }
                (state.chain, state.head) = (fresh, fresh.beginning)
            }
            return AuditEnd(
                chain: state.chain ?? fresh, head: state.head ?? fresh.beginning, signed: state.signed)
        }
        // Lets another one in between, where nothing keeps it out.
        if fault == .locksNothing { usleep(200) }
        return found
    }

    /// Adds an entry.
    public func append(_ entry: AuditEntry) throws {
        let text = try entry.text()
        let isNext = disk.state.withLock { state in
            let end = state.head
            guard
                fault == .takesAnyEntry || fault == .locksNothing
                    || end == AuditHead(entries: entry.number - 1, digest: entry.previous)
            else { return false }
            state.texts.append((entry.number, text))
            state.head = entry.head
            return true
        }
        guard isNext else { throw AuditError(.damaged, "not at the end", hint: "append there") }
    }

    /// Keeps the newest signed head.
    public func keep(_ signed: SignedHead) throws {
        disk.state.withLock { state in
            if fault != .keepsTheFirstSignature || state.signed == nil { state.signed = signed }
        }
    }

    /// The chain's name, its end and its newest signed head.
    public func auditHead() throws -> AuditEnd? {
        disk.state.withLock { state in
            guard let chain = state.chain, let head = state.head else { return nil }
            return AuditEnd(chain: chain, head: head, signed: state.signed)
        }
    }

    /// What stands in the places of entries.
    public func auditTexts(after number: Int, limit: Int) throws -> [(number: Int, text: String)] {
        let texts = disk.state.withLock(\.texts).filter { $0.number > number }.prefix(limit)
        return fault == .turnsPagesRound ? texts.reversed() : Array(texts)
    }
}
