public import Model

/// A service store that runs queries which people wrote.
public protocol QueryStore: AnyObject {
    /// What a query gives on the view that is open (`TargetStore.snapshot`).
    ///
    /// - Throws: `FailedQuery` when the query cannot be answered; it cannot write.
    func table(of query: String) throws -> QueryTable
}
