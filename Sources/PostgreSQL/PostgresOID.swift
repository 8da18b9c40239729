/// The object ids of PostgreSQL's own types, which are the same in every database.
public enum PostgresOID {
    /// A truth value.
    public static let bool: UInt32 = 16
    /// Bytes.
    public static let bytea: UInt32 = 17
    /// A 64-bit integer.
    public static let int8: UInt32 = 20
    /// A 16-bit integer.
    public static let int2: UInt32 = 21
    /// A 32-bit integer.
    public static let int4: UInt32 = 23
    /// A text.
    public static let text: UInt32 = 25
    /// An object id.
    public static let oid: UInt32 = 26
    /// A text that is JSON.
    public static let json: UInt32 = 114
    /// A 32-bit floating-point number.
    public static let float4: UInt32 = 700
    /// A 64-bit floating-point number.
    public static let float8: UInt32 = 701
    /// A text padded with spaces.
    public static let bpchar: UInt32 = 1042
    /// A text of limited length.
    public static let varchar: UInt32 = 1043
    /// A date.
    public static let date: UInt32 = 1082
    /// A time of day.
    public static let time: UInt32 = 1083
    /// A timestamp without a zone.
    public static let timestamp: UInt32 = 1114
    /// A timestamp with a zone.
    public static let timestamptz: UInt32 = 1184
    /// An interval.
    public static let interval: UInt32 = 1186
    /// A decimal.
    public static let numeric: UInt32 = 1700
    /// A UUID.
    public static let uuid: UInt32 = 2950
    /// JSON in parsed form.
    public static let jsonb: UInt32 = 3802
    /// An identifier.
    public static let name: UInt32 = 19
    /// XML.
    public static let xml: UInt32 = 142

    /// The arrays of these types, for a column of values in one parameter.
    public static let arrays: [UInt32: UInt32] = [
        bool: 1000, bytea: 1001, int8: 1016, text: 1009, float8: 1022, numeric: 1231, date: 1182, time: 1183,
        timestamp: 1115, timestamptz: 1185, interval: 1187, uuid: 2951,
    ]
}
