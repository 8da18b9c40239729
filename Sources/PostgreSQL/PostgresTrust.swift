import CPostgreSQL
import Glibc

/// How a connection is encrypted and whose certificate is taken, where nobody says so: to another machine
/// the server's certificate is checked, in libpq's terms `sslmode=verify-full`.
enum PostgresTrust {
    /// The certificates that Debian trusts; libpq has none of its own.
    private static let authorities = "/etc/ssl/certs/ca-certificates.crt"
    /// What libpq does when nobody says anything.
    private static let unsaid = "prefer"

    /// The options that an address lacks.
    ///
    /// - Parameter options: The address, by libpq's keywords. A service file and the environment count, too;
    ///   that a service file says `prefer` cannot be told from its saying nothing.
    static func defaults(_ options: [String: String]) -> [String: String] {
        let said = effective(options)
        var mode = said["sslmode"]
        if mode == nil, !isLocal(host: said["host"], address: said["hostaddr"]) { mode = "verify-full" }
        guard let mode else { return [:] }
        var defaults = ["sslmode": mode]
        // A file of authorities would make `require` as strict as `verify-ca`.
        if mode.hasPrefix("verify-"), said["sslrootcert"] == nil, !hasOwnAuthorities {
            defaults["sslrootcert"] = authorities
        }
        return defaults
    }

    /// What holds by the address, a service file and the environment together.
    private static func effective(_ options: [String: String]) -> [String: String] {
        var said: [String: String] = [:]
        for (keyword, variable) in [
            ("host", "PGHOST"), ("hostaddr", "PGHOSTADDR"), ("sslmode", "PGSSLMODE"),
            ("sslrootcert", "PGSSLROOTCERT"),
        ] {
            said[keyword] = environment(variable)
        }
        if options["service"] != nil || environment("PGSERVICE") != nil {
            var found = asked(options)
            if found["sslmode"] == unsaid, environment("PGSSLMODE") == nil { found["sslmode"] = nil }
            // What libpq found includes the environment, after which the file goes.
            said.merge(found) { $1 }
        }
        said.merge(options) { $1 }
        return said.filter { !$0.value.isEmpty }
    }

    /// What libpq makes of an address: it alone knows where service files are and how they are read. The
    /// connection is dropped before a word is said on it.
    private static func asked(_ options: [String: String]) -> [String: String] {
        let sorted = options.sorted { $0.key < $1.key }
        // Both arrays end with a null address, and libpq copies the texts.
        let begun = unsafe CStringArray.with(sorted.map(\.key)) { names in
            unsafe CStringArray.with(sorted.map(\.value)) { values in
                unsafe PQconnectStartParams(names, values, 0)
            }
        }
        // The options are freed below, after they were copied. Where there are none, the connection that
        // follows says why.
        let found = unsafe PQconninfo(begun)
        defer {
            unsafe PQconninfoFree(found)
            unsafe PQfinish(begun)
        }
        guard let found = unsafe found else { return options }
        return unsafe PostgresAddress.read(found)
    }

    /// Whether nobody else's wire lies between: a socket file, or the loopback interface. Without a host it
    /// is a socket file.
    static func isLocal(host: String?, address: String?) -> Bool {
        func parts(_ text: String?) -> [Substring] {
            text?.split(separator: ",", omittingEmptySubsequences: false) ?? []
        }
        let (hosts, addresses) = (parts(host), parts(address))
        // Where both are given, the connection goes to the address, and the host is only a name.
        return (0..<max(hosts.count, addresses.count)).allSatisfy { index in
            let address = addresses.indices.contains(index) ? addresses[index] : ""
            let host = hosts.indices.contains(index) ? hosts[index] : ""
            return isLocal(address.isEmpty ? host : address)
        }
    }

    private static func isLocal(_ host: Substring) -> Bool {
        if host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@") { return true }
        if host == "localhost" || host == "::1" { return true }
        // The call fills the local, whose address is in the network's order: its first byte comes first. A
        // name that only begins like a number is none.
        var number = in_addr()
        return unsafe inet_pton(AF_INET, String(host), &number) == 1
            && UInt32(bigEndian: number.s_addr) >> 24 == 127
    }

    private static var hasOwnAuthorities: Bool {
        guard let home = environment("HOME") else { return false }
        return unsafe access(home + "/.postgresql/root.crt", R_OK) == 0
    }

    private static func environment(_ name: String) -> String? {
        // The text is copied before anybody could change the environment.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
