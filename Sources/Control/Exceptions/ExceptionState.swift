/// How an exception stands.
public enum ExceptionState: Sendable, Hashable, Codable {
    /// Found, and nobody's.
    case open
    /// Somebody's.
    case assigned
    /// Written right by a repair; a later pass has to say so.
    case repaired
    /// Left as it is until a moment, in microseconds since 1970; then it is open again.
    case waived(until: Int64)
    /// Right as it is, as long as it differs in just this way.
    case accepted
    /// A later pass has judged the key and found no difference.
    case verified
    /// Over: two passes have found no difference. Kept for ever, and open again when it comes back.
    case closed

    /// A stable word for it.
    public var word: String {
        switch self {
        case .open: "open"
        case .assigned: "assigned"
        case .repaired: "repaired"
        case .waived: "waived"
        case .accepted: "accepted"
        case .verified: "verified"
        case .closed: "closed"
        }
    }

    /// Whether somebody has something to do about it.
    public var isUnresolved: Bool {
        switch self {
        case .open, .assigned, .repaired: true
        case .waived, .accepted, .verified, .closed: false
        }
    }
}
