import CPostgreSQL
import Glibc

/// How a server is reached: a URL or `key=value` text of libpq's, which may hold a password and is never
/// printed.
public struct PostgresAddress: Sendable, Hashable {
    /// What the address says, by libpq's keywords.
    private let options: [String: String]

    /// Reads an address.
    ///
    /// - Parameter text: A `postgres://` URL, or `key=value` pairs, as `psql` takes them; what it leaves out
    ///   comes from the environment and the service file, as with `psql`.
    /// - Throws: `PostgresError` that does not repeat the text.
    public init(_ text: String) throws {
        var words: UnsafeMutablePointer<CChar>?
        // libpq allocates the options and the message; both are freed below.
        let found = unsafe PQconninfoParse(text, &words)
        defer {
            unsafe PQfreemem(words)
            unsafe PQconninfoFree(found)
        }
        guard var option = unsafe found else {
            throw PostgresError(
                sqlState: "08001",
                message: "the address is not one that libpq takes: postgres://user@host:port/database",
                action: "read the address")
        }
        var options: [String: String] = [:]
        // The array ends with an option without a keyword.
        while let keyword = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val {
                unsafe options[String(cString: keyword)] = String(cString: value)
            }
            unsafe option += 1
        }
        self.options = options
    }

    /// The database's name, when the address has one.
    public var database: String? { options["dbname"] }

    /// The same server and user, another database.
    public func with(database: String) -> PostgresAddress {
        var options = options
        options["dbname"] = database
        return PostgresAddress(options: options)
    }

    private init(options: [String: String]) { self.options = options }

    /// Settings for the session that the address brings with it.
    var startupOptions: String? { options["options"] }

    /// Whether nobody else's wire lies between: a socket file, or the loopback interface.
    var isLocal: Bool {
        let named = options["hostaddr"] ?? options["host"] ?? Self.environment("PGHOST")
        guard let host = named, !host.isEmpty else { return true }
        return host.split(separator: ",").allSatisfy {
            $0.hasPrefix("/") || $0.hasPrefix("@") || $0 == "localhost" || $0.hasPrefix("127.") || $0 == "::1"
        }
    }

    private static func environment(_ name: String) -> String? {
        // The text is copied before anybody could change the environment.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// Keywords and values for a connection: what is set here first, then the address, then `forced`.
    func parameters(forced: [String: String]) -> [(String, String)] {
        // A peer that vanishes is noticed within half a minute: the limits of the probes are in seconds, that
        // of unanswered data in milliseconds.
        var all = [
            "connect_timeout": "10", "keepalives_idle": "10", "keepalives_interval": "5",
            "keepalives_count": "3", "tcp_user_timeout": "30000",
        ]
        let isOwnChoice = options["service"] != nil || Self.environment("PGSSLMODE") != nil
        if !isLocal, !isOwnChoice {
            all["sslmode"] = "verify-full"
            all["sslrootcert"] = "/etc/ssl/certs/ca-certificates.crt"
        }
        all.merge(options) { _, given in given }
        all.merge(forced) { _, wanted in wanted }
        return all.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension PostgresAddress: CustomStringConvertible, CustomReflectable {
    /// Nothing of the address.
    public var description: String { "postgres" }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
