import Model

/// A value as a test writes it down: what every system can hold in a row.
public enum PlainValue: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// NULL.
    case null
    /// An integer.
    case integer(Int64)
    /// Text.
    case text(String)
    /// Raw bytes.
    case bytes([UInt8])

    /// The value for people who read a finding.
    public var description: String {
        switch self {
        case .null: "NULL"
        case .integer(let value): String(value)
        case .text(let value): "'\(value)'"
        case .bytes(let value): "x'\(Hex.encode(value))'"
        }
    }

    /// NULL, integers, texts by their bytes, bytes.
    public static func < (left: PlainValue, right: PlainValue) -> Bool {
        switch (left, right) {
        case (.integer(let one), .integer(let other)): one < other
        case (.text(let one), .text(let other)): one.utf8.lexicographicallyPrecedes(other.utf8)
        case (.bytes(let one), .bytes(let other)): one.lexicographicallyPrecedes(other)
        default: left.rank < right.rank
        }
    }

    /// Texts are the same when their bytes are: composed and decomposed letters are not.
    public static func == (left: PlainValue, right: PlainValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.integer(let one), .integer(let other)): one == other
        case (.text(let one), .text(let other)): one.utf8.elementsEqual(other.utf8)
        case (.bytes(let one), .bytes(let other)): one == other
        default: false
        }
    }

    /// Feeds what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(encoded)
    }

    /// The value as part of a row image.
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        switch self {
        case .null: RowWriter.null(&bytes)
        case .integer(let value): RowWriter.integer(value, &bytes)
        case .text(let value): RowWriter.text(value, &bytes)
        case .bytes(let value): RowWriter.bytes(value, kind: .bytes, &bytes)
        }
        return bytes
    }

    /// The values of an encoded row or key; nil when one of them is of a kind that no test writes.
    static func decode(_ bytes: [UInt8]) -> [PlainValue]? {
        let cells = OwnedCell.read(bytes)
        let values: [PlainValue] = cells.compactMap { cell in
            switch cell.kind {
            case .null: .null
            case .int64: .integer(cell.integer)
            case .text: .text(String(decoding: cell.bytes, as: UTF8.self))
            case .bytes: .bytes(cell.bytes)
            default: nil
            }
        }
        return values.count == cells.count ? values : nil
    }

    private var rank: Int {
        switch self {
        case .null: 0
        case .integer: 1
        case .text: 2
        case .bytes: 3
        }
    }
}
