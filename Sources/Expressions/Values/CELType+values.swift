public import CEL

extension CELType {
    /// Exact decimal numbers.
    public static let decimal = CELType.opaque("decimal", [])
    /// Calendar dates.
    public static let date = CELType.opaque("date", [])
    /// Times of day.
    public static let time = CELType.opaque("time", [])
    /// Timestamps without a zone; those with one are the language's own `timestamp`.
    public static let localTimestamp = CELType.opaque("local_timestamp", [])
    /// Lengths of calendar time.
    public static let interval = CELType.opaque("interval", [])
    /// UUIDs.
    public static let uuid = CELType.opaque("uuid", [])
}
