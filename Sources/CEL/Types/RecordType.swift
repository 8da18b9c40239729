/// The type of a row: a name and ordered fields.
public final class RecordType: Sendable, Hashable, CustomStringConvertible {
    /// One field of a record.
    public struct Field: Sendable, Hashable {
        /// The field's name.
        public let name: String
        /// The field's type; `wrapper` when it may be null.
        public let type: CELType

        /// A field by name and type.
        public init(_ name: String, _ type: CELType) {
            self.name = name
            self.type = type
        }
    }

    /// The name of the type, for messages.
    public let name: String
    /// The fields; a field is addressed by its index here.
    public let fields: [Field]
    private let indexes: [String: Int]

    /// A record type; of two fields with one name the first is found.
    public init(name: String, fields: [Field]) {
        self.name = name
        self.fields = fields
        indexes = Dictionary(fields.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// The index of the field with this name.
    public func index(of field: String) -> Int? { indexes[field] }

    /// Records are equal when name and fields are.
    public static func == (left: RecordType, right: RecordType) -> Bool {
        left === right || (left.name == right.name && left.fields == right.fields)
    }

    /// Feeds the name and the number of fields.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(fields.count)
    }

    /// The name.
    public var description: String { name }
}
