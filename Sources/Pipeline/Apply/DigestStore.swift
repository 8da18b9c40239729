public import Model

/// A service store that digests rows of a table whose key is one whole number.
public protocol DigestStore: AnyObject {
    /// As `RangeDigester.digestForm`, of the access's columns.
    func digestForm(_ access: TableAccess) throws -> String?

    /// Digests the rows of a range on the view that is open, by bucket; nil when a key turns out to be no
    /// whole number.
    func digests(_ access: TableAccess, in range: KeyRange, shift: Int) throws -> [Int64: RangeDigest]?
}
