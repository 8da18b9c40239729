/// Widens the transaction numbers of the stream and of locks, which have 32 bits and start again after two
/// to the 32nd, to the 64 bits that snapshots count in.
///
/// Numbers that are in use at one time lie less than two to the 31st apart: the server refuses to go on
/// before they would not.
struct WideTransactionID: Hashable, Sendable {
    /// A number in 64 bits that is near those to be widened.
    private(set) var reference: UInt64

    init(near reference: UInt64) { self.reference = reference }

    /// The number in 64 bits that ends with these 32 and is nearest to the reference.
    func widen(_ id: UInt32) -> UInt64 {
        let distance = Int32(bitPattern: id &- UInt32(truncatingIfNeeded: reference))
        let wide = Int64(bitPattern: reference).addingReportingOverflow(Int64(distance))
        // Nothing was before the first number.
        return wide.partialValue < 0 ? UInt64(id) : UInt64(bitPattern: wide.partialValue)
    }

    /// Widens a number that the stream brings, near which the next ones lie.
    mutating func follow(_ id: UInt32) -> UInt64 {
        reference = widen(id)
        return reference
    }
}
