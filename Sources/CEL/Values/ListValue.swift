/// A list: values, or consecutive rows of a provider.
public enum ListValue: @unchecked Sendable {
    // Unchecked: rows stay within one evaluation, which runs on one thread.

    /// Values at hand.
    case array([Value])
    /// Rows `first ..< first + count` of a provider, as records; nothing is materialised.
    case records(any RecordProvider, first: Int32, count: Int32)

    /// Number of elements.
    public var count: Int {
        switch self {
        case .array(let values): values.count
        case .records(_, _, let count): Int(count)
        }
    }

    /// The element at an index within `0 ..< count`.
    public subscript(index: Int) -> Value {
        switch self {
        case .array(let values): values[index]
        case .records(let provider, let first, _): .record(RecordReference(provider, row: Int(first) + index))
        }
    }

    /// All elements.
    public var values: [Value] {
        switch self {
        case .array(let values): values
        case .records: (0..<count).map { self[$0] }
        }
    }
}
