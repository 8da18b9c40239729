/// Whom a private server lets in, and how it shows that it is the one.
public struct PostgresGuard: Sendable {
    /// What every role's first password is, of letters and digits; nil when nobody is asked for one. It is
    /// proved by SCRAM.
    public var password: String?
    /// A certificate and its key, in PEM; nil for a server that does not encrypt.
    public var certificate: (chain: String, key: String)?

    /// A server that lets everybody in, or asks for what is given here.
    public init(password: String? = nil, certificate: (chain: String, key: String)? = nil) {
        self.password = password
        self.certificate = certificate
    }
}
