import Model

/// A value of a legacy row as tests write it.
enum Cell: Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral {
    case null
    /// What the source does not send, because an update left it alone.
    case unsent
    case int(Int64)
    case text(String)

    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int64) { self = .int(value) }
    init(nilLiteral: ()) { self = .null }

    func append(to row: inout [UInt8]) {
        switch self {
        case .null: RowWriter.null(&row)
        case .unsent: RowWriter.absent(&row)
        case .int(let value): RowWriter.integer(value, &row)
        case .text(let value): RowWriter.text(value, &row)
        }
    }

    var display: String {
        switch self {
        case .null: "NULL"
        case .unsent: "not sent"
        case .int(let value): "\(value)"
        case .text(let value): value
        }
    }
}
