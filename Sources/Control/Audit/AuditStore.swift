/// Where a chain is kept. One owner, one thread.
///
/// Who may conform: a store whose transactions are durable once they have returned. `exerciseAuditStore`
/// asks of it what every one must do.
public protocol AuditStore: AnyObject {
    /// Runs `body` in one transaction: all of it is durable when this returns, and none of it when it throws.
    ///
    /// From `lockedHead` on nobody else appends until it ends.
    ///
    /// - Throws: What `body` throws, and what keeps the store from committing. An answer that was lost on its
    ///   way says so.
    func transact<Result>(_ body: () throws -> Result) throws -> Result

    /// The chain's name, end and newest signed head, begun under `fresh` when there is none; inside
    /// `transact` only.
    ///
    /// - Throws: `AuditError` with `damaged` where there are entries and nothing says where they end.
    func lockedHead(orBegin fresh: AuditChain) throws -> AuditEnd

    /// Adds an entry behind the head that `lockedHead` told; inside `transact` only.
    func append(_ entry: AuditEntry) throws

    /// Keeps the newest signed head in the place of the one before; inside `transact` only.
    func keep(_ signed: SignedHead) throws

    /// The chain's name, its end and its newest signed head as the store says them; nil before the first
    /// entry.
    func auditHead() throws -> AuditEnd?

    /// What stands in the places of entries after one of that number, in the order of the places.
    func auditTexts(after number: Int, limit: Int) throws -> [(number: Int, text: String)]
}
