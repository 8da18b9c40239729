/// A server that could not be made or started.
public struct PostgresClusterError: Error, CustomStringConvertible {
    /// What was found, and what to do.
    public let description: String

    init(_ description: String) { self.description = description }
}
