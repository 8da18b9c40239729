import Apply
import Model

/// What a legacy row stands for: a policy's number, or an item's policy and number. It is the row's key, but
/// for policies that have an id of their own.
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

extension LegacyKey {
    /// Reads a key as the pipeline has it; nil when it is none of the table.
    init?(_ table: LegacyTable, encoded: Key) {
        let values = OwnedCell.read(encoded.bytes).map { Int32($0.integer) }
        guard values.count == (table == .item ? 2 : 1) else { return nil }
        self.init(table: table, policy: values[0], item: table == .item ? values[1] : 0)
    }
}
