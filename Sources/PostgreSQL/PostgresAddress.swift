import CPostgreSQL

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
        guard let option = unsafe found else {
            throw PostgresError(
                sqlState: "08001",
                message: "the address is not one that libpq takes: postgres://user@host:port/database",
                action: "read the address")
        }
        self.options = unsafe Self.read(option)
    }

    /// The options of one of libpq's arrays that have a value.
    static func read(_ options: UnsafeMutablePointer<PQconninfoOption>) -> [String: String] {
        var option = unsafe options
        var read: [String: String] = [:]
        // The array ends with an option without a keyword.
        while let keyword = unsafe option.pointee.keyword {
            // An empty value is none to libpq either: what else is said of it holds then.
            if let value = unsafe option.pointee.val, unsafe value.pointee != 0 {
                unsafe read[String(cString: keyword)] = String(cString: value)
            }
            unsafe option += 1
        }
        return read
    }

    /// The database's name, when the address has one.
    public var database: String? { options["dbname"] }

    /// The same server and user, another database.
    public func with(database: String) -> PostgresAddress {
        var options = options
        options["dbname"] = database
        return PostgresAddress(options: options)
    }

    /// One of the servers that the address names.
    func at(host: String, address: String, port: String) -> PostgresAddress {
        var options = options
        // Where it was reached by its address alone, the name is that.
        options["host"] = host.isEmpty ? nil : host
        options["hostaddr"] = address.isEmpty || options["hostaddr"] == nil ? nil : address
        options["port"] = port.isEmpty ? options["port"] : port
        options["target_session_attrs"] = nil
        return PostgresAddress(options: options)
    }

    private init(options: [String: String]) { self.options = options }

    /// Settings for the session that the address brings with it.
    var startupOptions: String? { options["options"] }

    /// Keywords and values for a connection: what is set here first, then the address, then `forced`.
    func parameters(forced: [String: String]) -> [(String, String)] {
        // A peer that vanishes is noticed within half a minute: the limits of the probes are in seconds, that
        // of unanswered data in milliseconds.
        var all = [
            "connect_timeout": "10", "keepalives_idle": "10", "keepalives_interval": "5",
            "keepalives_count": "3", "tcp_user_timeout": "30000",
        ]
        all.merge(PostgresTrust.defaults(options)) { $1 }
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
