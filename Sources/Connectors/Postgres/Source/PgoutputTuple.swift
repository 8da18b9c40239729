/// Where the values of one row lie in a message.
struct PgoutputTuple {
    /// What a message says of a value.
    enum Marker: UInt8 {
        /// NULL.
        case null = 0x6E
        /// The value in text form follows.
        case text = 0x74
        /// The value in binary form follows.
        case binary = 0x62
        /// A value that is kept outside the row and was not changed: not sent.
        case unchanged = 0x75
    }

    /// One value.
    struct Value {
        var marker: Marker
        /// Where its bytes begin in the message.
        var offset: Int
        var count: Int
    }

    /// The values in the order of the relation's columns.
    private(set) var values: [Value] = []

    /// Reads a row's values in place of those before, keeping the memory.
    mutating func read(_ cursor: inout PgoutputCursor) throws(PgoutputFault) {
        values.removeAll(keepingCapacity: true)
        let count = try cursor.count(Int16.self)
        for _ in 0..<count {
            guard let marker = Marker(rawValue: try cursor.byte()) else {
                throw PgoutputFault("a row has a value of a kind that is not known")
            }
            var value = Value(marker: marker, offset: cursor.offset, count: 0)
            if marker == .text || marker == .binary {
                value.count = try cursor.count(Int32.self)
                value.offset = cursor.offset
                try cursor.skip(value.count)
            }
            values.append(value)
        }
    }
}
