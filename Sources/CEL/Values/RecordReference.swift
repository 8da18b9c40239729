/// A row by its provider and number; nothing of it is materialised.
public struct RecordReference: @unchecked Sendable {
    // Unchecked: a reference stays within one evaluation, which runs on one thread.

    /// Who reads the row's fields.
    public let provider: any RecordProvider
    /// The provider's number of the row.
    public let row: Int

    /// A row of a provider.
    @inlinable
    public init(_ provider: any RecordProvider, row: Int) {
        self.provider = provider
        self.row = row
    }
}
