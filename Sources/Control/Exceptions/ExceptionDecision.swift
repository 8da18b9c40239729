/// What somebody decides about an exception.
public struct ExceptionDecision: Sendable, Hashable, Codable {
    /// The decisions.
    public enum Kind: Sendable, Hashable, Codable {
        /// To leave it until a moment, in microseconds since 1970.
        case waive(until: Int64)
        /// That it is right as it is.
        case accept
        /// That it is written right.
        case repair

        /// A stable word for it.
        public var word: String {
            switch self {
            case .waive: "waive"
            case .accept: "accept"
            case .repair: "repair"
            }
        }
    }

    /// What is decided.
    public var kind: Kind
    /// Who decides.
    public var by: String
    /// When, in microseconds since 1970.
    public var at: Int64
    /// Why.
    public var because: String

    /// A decision.
    public init(_ kind: Kind, by: String, at: Int64, because: String) {
        self.kind = kind
        self.by = by
        self.at = at
        self.because = because
    }
}
