import Model

/// The key of a legacy row: a policy's number, or an item's policy and number.
struct LegacyKey: Hashable, Comparable {
    var table: LegacyTable
    var policy: Int32
    var item: Int32 = 0

    static func < (left: LegacyKey, right: LegacyKey) -> Bool {
        (left.table.rawValue, left.policy, left.item) < (right.table.rawValue, right.policy, right.item)
    }

    /// The key as the pipeline has it.
    var encoded: Key {
        var bytes: [UInt8] = []
        RowWriter.integer(Int64(policy), &bytes)
        if table == .item { RowWriter.integer(Int64(item), &bytes) }
        return Key(bytes: bytes)
    }
}
