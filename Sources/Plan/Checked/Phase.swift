/// A phase of a scope's migration, in their order.
public enum Phase: String, Sendable, Codable, CaseIterable {
    /// Legacy is written and read; the service's store follows.
    case mirror
    /// The service writes the named flow through the projection.
    case extract
    /// The service is written; legacy follows.
    case shift
    /// The service is written and read; the last readers of legacy leave.
    case retire
    /// Legacy's part is archived, then dropped.
    case decommission
}
