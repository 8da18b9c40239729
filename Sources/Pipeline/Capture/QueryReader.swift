/// Runs queries that people wrote on a legacy system, each on one view of it whose place in the log is known.
public protocol QueryReader: AnyObject {
    /// What a query gives.
    ///
    /// - Throws: `FailedQuery` when the query cannot be answered; it cannot write.
    func view(of query: String) throws -> QueryView
}
