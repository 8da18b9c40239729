/// The canonical, vendor-neutral kind of one value in a row.
///
/// A connector maps its own types to these and back without loss, or refuses the column when the plan is
/// checked. The raw values are part of the log's format and never change.
public enum Kind: UInt8, Sendable, Codable, CaseIterable {
    /// The source did not send this column (an unchanged large value); never written, never compared as a
    /// value.
    case absent = 0
    /// SQL's NULL.
    case null = 1
    /// A truth value.
    case bool = 2
    /// A signed 64-bit integer.
    case int64 = 3
    /// An IEEE 754 double.
    case double = 4
    /// A 128-bit scaled decimal.
    case decimal = 5
    /// UTF-8 text.
    case text = 6
    /// Raw bytes.
    case bytes = 7
    /// A calendar date: days since 1970-01-01.
    case date = 8
    /// A time of day: microseconds since midnight.
    case time = 9
    /// A timestamp without a zone: microseconds since 1970-01-01T00:00:00 on its own clock.
    case timestamp = 10
    /// A timestamp with a zone: microseconds since 1970-01-01T00:00:00Z.
    case timestampZoned = 11
    /// Months, days and microseconds, kept apart.
    case interval = 12
    /// A 128-bit UUID.
    case uuid = 13
    /// JSON text, as the source wrote it.
    case json = 14
    /// An array of values, encoded one after another.
    case array = 15
}
