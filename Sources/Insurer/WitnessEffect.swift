/// What one operation left behind in one row.
package struct WitnessEffect: Hashable, Sendable {
    /// The row.
    package var row: LegacyRow
    /// The digest of the row after the operation; nil when the row is gone.
    package var digest: RowDigest?

    /// Remembers an effect.
    package init(_ row: LegacyRow, _ digest: RowDigest?) {
        self.row = row
        self.digest = digest
    }
}
