/// The right to run a migration.
public struct Lease: Sendable, Equatable {
    /// What comes of wanting a lease.
    public enum Answer: Sendable, Equatable {
        /// It is had.
        case held(Lease)
        /// Another engine has it, for so long unless it renews it.
        case taken(by: String, left: Duration)
    }

    /// How often the lease has been taken.
    public var epoch: Int64
}
