extension CellView {
    /// The value as text for people who asked to see it; never for logs or errors.
    public var display: String {
        switch kind {
        case .absent: "(not sent)"
        case .null: "NULL"
        case .bool: isTrue ? "true" : "false"
        case .int64: String(integer)
        case .double: double.description
        case .decimal: Decimal128(coefficient: coefficient, scale: Int(bits)).description
        case .text, .json: string
        case .bytes, .array: unsafe "x'" + Hex.encode(payload) + "'"
        case .date: CalendarDate(days: Int32(truncatingIfNeeded: integer)).description
        case .time: TimeOfDay(microseconds: integer).description
        case .timestamp: Timestamp(microseconds: integer, isZoned: false).description
        case .timestampZoned: Timestamp(microseconds: integer, isZoned: true).description
        // Its payload has three parts by its size.
        case .interval: Interval(self)?.description ?? ""
        case .uuid: UUIDValue(uuid).description
        }
    }
}
