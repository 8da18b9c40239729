/// What a figure is of: the columns before it, as bytes, because two texts that Swift takes for equal need
/// not be the same, and a NULL is not the text `NULL`.
struct TotalGroup: Hashable {
    private let columns: [[UInt8]?]

    init(_ columns: ArraySlice<String?>) {
        self.columns = columns.map { $0.map { Array($0.utf8) } }
    }

    /// As people read it.
    var words: [String] { columns.map { $0.map { String(decoding: $0, as: UTF8.self) } ?? "NULL" } }

    /// In the order of bytes, a NULL first.
    static func precedes(_ left: TotalGroup, _ right: TotalGroup) -> Bool {
        for (one, other) in zip(left.columns, right.columns) where one != other {
            guard let one, let other else { return one == nil }
            return one.lexicographicallyPrecedes(other)
        }
        return left.columns.count < right.columns.count
    }
}
