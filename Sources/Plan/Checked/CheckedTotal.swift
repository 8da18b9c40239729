/// Two queries whose results must agree, row by row.
public struct CheckedTotal: Sendable, Hashable {
    /// The total's name.
    public var name: String
    /// The query on the legacy system.
    public var legacy: String
    /// The query on the service's system.
    public var service: String
    /// How far numbers may differ, a decimal number in text.
    public var tolerance: String

    /// Collects the parts of a total.
    public init(name: String, legacy: String, service: String, tolerance: String) {
        self.name = name
        self.legacy = legacy
        self.service = service
        self.tolerance = tolerance
    }
}
