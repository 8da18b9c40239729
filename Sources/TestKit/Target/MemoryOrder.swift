import Apply
import Model

/// The order of values in a memory target: NULL, numbers, texts by their bytes, bytes.
enum MemoryOrder {
    static func precedes(_ left: [OwnedCell], _ right: [OwnedCell]) -> Bool {
        for (one, other) in zip(left, right) {
            if compare(one, other) { return true }
            if compare(other, one) { return false }
        }
        return left.count < right.count
    }

    private static func compare(_ left: OwnedCell, _ right: OwnedCell) -> Bool {
        let (one, other) = (rank(left), rank(right))
        if one != other { return one < other }
        switch one {
        case 0: return false
        case 1: return number(left) < number(right)
        case 2: return left.display.utf8.lexicographicallyPrecedes(right.display.utf8)
        default: return left.bytes.lexicographicallyPrecedes(right.bytes)
        }
    }

    private static func rank(_ cell: OwnedCell) -> Int {
        switch cell.kind {
        case .absent, .null: 0
        case .bool, .int64, .double, .decimal: 1
        case .bytes, .array: 3
        default: 2
        }
    }

    private static func number(_ cell: OwnedCell) -> Double {
        switch cell.kind {
        case .int64, .bool: Double(cell.integer)
        case .double: Double(bitPattern: UInt64(bitPattern: cell.integer))
        default: Double(cell.display) ?? 0
        }
    }
}
