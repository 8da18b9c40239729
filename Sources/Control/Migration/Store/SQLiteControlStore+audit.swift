public import Audit
import SQLite

extension SQLiteControlStore {
    /// Runs `body` in one transaction, which has the file to itself from its beginning.
    public func transact<Result>(_ body: () throws -> Result) throws -> Result {
        try connection.immediate(body)
    }

    /// The chain's name and end, begun when there is none.
    public func lockedHead(orBegin fresh: AuditChain) throws -> AuditEnd {
        if let end = try auditHead() { return end }
        guard try connection.integer("SELECT count(*) FROM (SELECT 1 FROM audit LIMIT 1)") == 0 else {
            throw AuditError.endless
        }
        try connection.run(
            "INSERT INTO audit_chain (one, migration, id, entries, digest) VALUES (1, ?1, ?2, 0, ?3)",
            [.text(fresh.migration), .text(fresh.id), .text(fresh.genesis.description)])
        return AuditEnd(chain: fresh, head: fresh.beginning)
    }

    /// Adds an entry.
    public func append(_ entry: AuditEntry) throws {
        let text = try entry.text()
        try connection.run(
            "INSERT INTO audit (number, body) VALUES (?1, ?2)", [.integer(Int64(entry.number)), .text(text)])
        try connection.run(
            "UPDATE audit_chain SET entries = ?1, digest = ?2 WHERE entries = ?1 - 1 AND digest = ?3",
            [
                .integer(Int64(entry.number)), .text(entry.digest.description),
                .text(entry.previous.description),
            ])
        guard connection.changes == 1 else { throw AuditError.notAtTheEnd(entry.number) }
    }

    /// Keeps the newest signed head.
    public func keep(_ signed: SignedHead) throws {
        try connection.run("UPDATE audit_chain SET signed = ?1", [.text(try signed.text())])
    }

    /// The chain's name, its end and its newest signed head.
    public func auditHead() throws -> AuditEnd? {
        try connection.rows("SELECT migration, id, entries, digest, signed FROM audit_chain") { row in
            try AuditError.reading(
                migration: row.string(0), id: row.string(1), entries: row.integer(2), digest: row.string(3),
                signed: row.string(4))
        }.first
    }

    /// What stands in the places of entries.
    public func auditTexts(after number: Int, limit: Int) throws -> [(number: Int, text: String)] {
        try connection.rows(
            "SELECT number, body FROM audit WHERE number > ?1 ORDER BY number LIMIT ?2",
            [.integer(Int64(number)), .integer(Int64(limit))]
        ) { row in (Int(row.integer(0)), row.string(1) ?? "") }
    }
}
