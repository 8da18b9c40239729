public import Audit
import PostgreSQL

extension PostgresControlStore {
    /// The chain's name and end, begun when there is none; its row is locked to the transaction's end.
    public func lockedHead(orBegin fresh: AuditChain) throws -> AuditEnd {
        _ = try query(
            """
            INSERT INTO banyan_control.audit_chain (migration, id, entries, digest) VALUES ($1, $2, 0, $3)
            ON CONFLICT (migration) DO NOTHING
            """, [migration, fresh.id, fresh.genesis.description])
        guard let end = try end("FOR UPDATE") else {
            throw AuditError(
                .damaged, "the audit chain's row vanished while it was locked",
                hint: "find out who deletes from banyan_control.audit_chain")
        }
        // Behind the lock: whoever began the chain at the same moment has written its first entry by now.
        let first = "SELECT 1 FROM banyan_control.audit WHERE migration = $1 LIMIT 1"
        if end.head.entries == 0, try query(first, [migration]).count > 0 { throw AuditError.endless }
        return end
    }

    /// Adds an entry.
    public func append(_ entry: AuditEntry) throws {
        _ = try query(
            "INSERT INTO banyan_control.audit (migration, number, body) VALUES ($1, $2, $3)",
            [migration, String(entry.number), try entry.text()])
        let moved = try query(
            """
            UPDATE banyan_control.audit_chain SET entries = $2::bigint, digest = $3
            WHERE migration = $1 AND entries = $2::bigint - 1 AND digest = $4
            """, [migration, String(entry.number), entry.digest.description, entry.previous.description])
        guard moved.affected == 1 else { throw AuditError.notAtTheEnd(entry.number) }
    }

    /// Keeps the newest signed head.
    public func keep(_ signed: SignedHead) throws {
        _ = try query(
            "UPDATE banyan_control.audit_chain SET signed = $2 WHERE migration = $1",
            [migration, try signed.text()])
    }

    /// The chain's name, its end and its newest signed head.
    public func auditHead() throws -> AuditEnd? { try hasAudit() ? try end("") : nil }

    private func end(_ lock: String) throws -> AuditEnd? {
        let found = try query(
            """
            SELECT migration, id, entries, digest, signed FROM banyan_control.audit_chain
            WHERE migration = $1 \(lock)
            """, [migration])
        guard found.count > 0 else { return nil }
        return try AuditError.reading(
            migration: found.text(0, 0), id: found.text(0, 1), entries: found.integer(0, 2) ?? -1,
            digest: found.text(0, 3), signed: found.text(0, 4))
    }

    /// What stands in the places of entries.
    public func auditTexts(after number: Int, limit: Int) throws -> [(number: Int, text: String)] {
        guard try hasAudit() else { return [] }
        let found = try query(
            """
            SELECT number, body FROM banyan_control.audit WHERE migration = $1 AND number > $2
            ORDER BY number LIMIT $3
            """, [migration, String(number), String(limit)])
        return (0..<found.count).map { (Int(found.integer($0, 0) ?? 0), found.text($0, 1) ?? "") }
    }
}
