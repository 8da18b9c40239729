/// What kind a policy has: some can be translated, one cannot, one is no contract at all.
enum LegacyKind: Int32 {
    case plain = 0
    case broad = 1
    case none = 2
    case excluded = 3
    case unknown = 4

    /// As legacy writes it; nil for NULL.
    var code: String? {
        switch self {
        case .plain: "A"
        case .broad: "B"
        case .none: nil
        case .excluded: "X"
        case .unknown: "Z"
        }
    }
}
