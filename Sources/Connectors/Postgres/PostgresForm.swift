package import Model
import PostgreSQL

/// How values of a type travel: the types that have a canonical kind by themselves, and all others as the
/// text that the server writes and reads.
package enum PostgresForm: String, Sendable, Hashable, Codable {
    case bool, int2, int4, int8, oid, float4, float8, numeric, text, bytea, date, time, timestamp
    case timestamptz, interval, uuid, json, jsonb
    /// One byte, shown as a character.
    case character
    /// A type without a kind of its own: ranges, addresses, arrays, composites and all that extensions bring.
    case spelled

    /// The form of a type.
    ///
    /// - Parameters:
    ///   - oid: The type, or the type that a domain is made of.
    ///   - isEnum: Whether it is an enumeration, whose values are texts in both forms.
    ///   - name: The type's own name, by which types of extensions are known.
    init(oid: UInt32, isEnum: Bool, name: String) {
        switch oid {
        case PostgresOID.bool: self = .bool
        case PostgresOID.int2: self = .int2
        case PostgresOID.int4: self = .int4
        case PostgresOID.int8: self = .int8
        case PostgresOID.oid: self = .oid
        case PostgresOID.float4: self = .float4
        case PostgresOID.float8: self = .float8
        case PostgresOID.numeric: self = .numeric
        case PostgresOID.text, PostgresOID.varchar, PostgresOID.bpchar, PostgresOID.name, PostgresOID.xml:
            self = .text
        case PostgresOID.bytea: self = .bytea
        case PostgresOID.date: self = .date
        case PostgresOID.time: self = .time
        case PostgresOID.timestamp: self = .timestamp
        case PostgresOID.timestamptz: self = .timestamptz
        case PostgresOID.interval: self = .interval
        case PostgresOID.uuid: self = .uuid
        case PostgresOID.json: self = .json
        case PostgresOID.jsonb: self = .jsonb
        case 18: self = .character
        default: self = isEnum || name == "citext" ? .text : .spelled
        }
    }

    /// The canonical kind of the type's values.
    package var kind: Kind {
        switch self {
        case .bool: .bool
        case .int2, .int4, .int8, .oid: .int64
        case .float4, .float8: .double
        case .numeric: .decimal
        case .text, .character, .spelled: .text
        case .bytea: .bytes
        case .date: .date
        case .time: .time
        case .timestamp: .timestamp
        case .timestamptz: .timestampZoned
        case .interval: .interval
        case .uuid: .uuid
        case .json, .jsonb: .json
        }
    }

    /// Whether values of a type can be read as ones of this form; of a type that only its name tells, nothing
    /// is known.
    func reads(oid: UInt32) -> Bool {
        let found = PostgresForm(oid: oid, isEnum: false, name: "")
        return found == self || self == .spelled || (self == .text && found == .spelled)
    }

    /// Whether the type has values that its kind cannot hold.
    var spillsIntoText: Bool {
        switch self {
        case .numeric, .date, .time, .timestamp, .timestamptz, .interval: true
        default: false
        }
    }

    /// Whether the server may send values in binary: of all others only the text is understood.
    package var hasBinary: Bool { self != .spelled }

    /// The type by which many values are given to a statement at once; nil when they are given as texts.
    var parameter: UInt32? {
        switch self {
        case .bool: PostgresOID.bool
        case .int2, .int4, .int8, .oid: PostgresOID.int8
        case .float8: PostgresOID.float8
        case .numeric: PostgresOID.numeric
        case .bytea: PostgresOID.bytea
        case .date: PostgresOID.date
        case .time: PostgresOID.time
        case .timestamp: PostgresOID.timestamp
        case .timestamptz: PostgresOID.timestamptz
        case .interval: PostgresOID.interval
        case .uuid: PostgresOID.uuid
        case .float4, .text, .character, .json, .jsonb, .spelled: nil
        }
    }
}
