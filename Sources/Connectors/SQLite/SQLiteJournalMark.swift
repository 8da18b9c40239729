/// The number on each journal row: the upper half is the installation's, the lower half random.
///
/// The upper half tells the journal's rows from everything else in a file. The lower half tells a row from
/// another one that had its number before: what a transaction inserts, takes back and inserts again.
package enum SQLiteJournalMark {
    private static let randomBits: Int64 = 0xFFFF_FFFF

    /// A number for a new installation.
    ///
    /// Its first byte is never 0, so that every mark takes eight bytes in a record.
    static func newNonce() -> Int64 {
        Int64.random(in: (1 << 24)...Int64(Int32.max)) << 32
    }

    /// Whether a row with this mark was written under this installation's number.
    package static func isOf(_ mark: Int64, nonce: Int64) -> Bool {
        mark & ~randomBits == nonce
    }

    /// The expression by which a trigger marks a row.
    static func sql(nonce: Int64) -> String {
        "\(nonce) | (random() & \(randomBits))"
    }
}
