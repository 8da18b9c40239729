/// A server that could not be made or started.
package struct PostgresClusterError: Error, CustomStringConvertible {
    /// What was found, and what to do.
    package let description: String

    init(_ description: String) { self.description = description }
}
