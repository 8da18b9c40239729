/// What a check of a certificate says, without asking any database.
public enum CertificateVerdict: Sendable, Equatable {
    /// It holds.
    case accept
    /// It does not hold: why.
    case reject([String])
    /// It is of a format that this program does not know.
    case unsupported(String)

    /// The verdict's word.
    public var word: String {
        switch self {
        case .accept: "accept"
        case .reject: "reject"
        case .unsupported: "unsupported"
        }
    }
}
