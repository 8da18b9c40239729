import Model

/// A table of the simulated legacy system.
enum LegacyTable: Int {
    case policy = 0
    case item = 1

    static let schemas = [
        TableSchema(
            name: "pol",
            columns: [
                ColumnSchema(name: "no", kind: .int64, declaredType: "INTEGER", isNullable: false),
                ColumnSchema(name: "kd", kind: .text, declaredType: "TEXT"),
                ColumnSchema(name: "holder", kind: .text, declaredType: "TEXT", isNullable: false),
                ColumnSchema(name: "rev", kind: .int64, declaredType: "INTEGER", isNullable: false),
            ], key: [0]),
        TableSchema(
            name: "itm",
            columns: [
                ColumnSchema(name: "pol", kind: .int64, declaredType: "INTEGER", isNullable: false),
                ColumnSchema(name: "n", kind: .int64, declaredType: "INTEGER", isNullable: false),
                ColumnSchema(name: "qty", kind: .int64, declaredType: "INTEGER", isNullable: false),
            ], key: [0, 1]),
    ]
}

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

/// What kind a policy has: some can be translated, one cannot, one is no contract at all.
enum LegacyKind: Int32 {
    case plain = 0
    case broad = 1
    case none = 2
    case excluded = 3
    case unknown = 4

    /// As legacy writes it; nil for NULL.
    var code: String? {
        switch self {
        case .plain: "A"
        case .broad: "B"
        case .none: nil
        case .excluded: "X"
        case .unknown: "Z"
        }
    }
}

/// The values of a legacy row besides its key.
struct LegacyRow: Equatable {
    /// A policy's kind; an item's quantity.
    var kind: Int32
    /// A policy's holder; 9 is one that the service refuses.
    var holder: Int32 = 0
    /// Grows with every change, so that no two versions of a row are equal.
    var revision: Int32 = 0

    /// The holder that the service refuses.
    static let refused: Int32 = 9

    /// The holder as legacy writes it.
    static let holders = (0..<10).map { $0 == 9 ? "refused" : "holder \($0)" }

    /// The row as the pipeline has it.
    func encode(_ key: LegacyKey, into bytes: inout [UInt8]) {
        RowWriter.integer(Int64(key.policy), &bytes)
        switch key.table {
        case .policy:
            if let code = LegacyKind(rawValue: kind)?.code {
                RowWriter.text(code, &bytes)
            } else {
                RowWriter.null(&bytes)
            }
            RowWriter.text(Self.holders[Int(holder)], &bytes)
            RowWriter.integer(Int64(revision), &bytes)
        case .item:
            RowWriter.integer(Int64(key.item), &bytes)
            RowWriter.integer(Int64(kind), &bytes)
        }
    }
}
