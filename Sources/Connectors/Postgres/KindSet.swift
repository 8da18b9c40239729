import Model

/// Some kinds of values; asked for each value by its tag alone.
struct KindSet: Sendable {
    private let bits: UInt16

    /// The kinds of which something holds.
    init(where holds: (Kind) -> Bool) {
        bits = Kind.allCases.reduce(0) { holds($1) ? $0 | 1 << UInt16($1.rawValue) : $0 }
    }

    /// Whether a kind is one of them.
    func contains(_ kind: Kind) -> Bool { contains(tag: kind.rawValue) }

    /// Whether the value with this tag is of one of the kinds.
    @inline(__always)
    func contains(tag: UInt8) -> Bool { bits & 1 << UInt16(tag & 15) != 0 }
}
