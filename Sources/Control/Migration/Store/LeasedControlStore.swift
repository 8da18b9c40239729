/// A control store that engines on several machines may reach, so that it says which of them is to work.
///
/// A lease is for a time by the store's own clock, and has an epoch that grows with every engine that takes
/// it. Once this store has taken one, `noteMapping`, `write` and `finish` change nothing and throw
/// `superseded` when another engine has taken it since. It keeps engines from each other's way; what keeps a
/// fact from being applied twice is the log's lock and the ledger's epoch, which need no clock.
public protocol LeasedControlStore: ControlStore {
    /// Takes the lease, when nobody has it or its time is over.
    ///
    /// - Parameters:
    ///   - holder: Who takes it, in words for people.
    ///   - duration: For how long, unless it is renewed.
    /// - Returns: The lease, or who has it.
    func takeLease(for holder: String, lasting duration: Duration) throws -> Lease.Answer

    /// Goes on under a lease that another connection has taken.
    func adopt(_ lease: Lease)

    /// Renews the lease; also one whose time is over, as long as nobody else has taken it.
    ///
    /// - Returns: False when another engine has: for this one it is over.
    func renewLease(for holder: String, lasting duration: Duration) throws -> Bool

    /// Gives the lease back, so that another engine need not wait for its end.
    func giveLeaseBack() throws
}
