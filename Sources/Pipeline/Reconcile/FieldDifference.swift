/// A field that has another value on either side.
public struct FieldDifference: Sendable, Hashable, Codable {
    /// The column; `approvals[7].decision` for one of a part, `approvals[7]` for a part that one side lacks.
    public var field: String
    /// The value that legacy demands, as people read it; nil for NULL, and for a part that it does not
    /// demand.
    public var legacy: String?
    /// The value that the service has; nil for NULL, and for a part that it lacks.
    public var service: String?

    /// Records both values.
    public init(field: String, legacy: String?, service: String?) {
        self.field = field
        self.legacy = legacy
        self.service = service
    }
}
