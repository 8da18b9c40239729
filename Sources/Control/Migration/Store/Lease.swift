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
    /// Tells it from another one of that epoch, which a store that was put back to an earlier state may give.
    public var token: String
}
