/// Words for what PostgreSQL refuses, without the data that its own words repeat.
enum PostgresRefusal {
    /// Names after appendix A of PostgreSQL's manual, for states whose own messages hold values.
    private static let states = [
        "22001": "a text is too long for its column", "22003": "a number is out of its type's range",
        "22007": "a date or time is not of its type", "22008": "a date or time is out of its type's range",
        "22012": "a division by zero", "22021": "a text has bytes that are not UTF-8, or a zero byte",
        "22023": "a parameter has a value that is not allowed", "22P02": "a text is not of its type",
        "22P03": "a binary value is not of its type", "22P05": "a character has no place in the encoding",
        "22P06": "a string with an escape that is not allowed", "22032": "a text is no JSON",
        "22030": "a JSON object has a key twice", "23000": "an integrity constraint",
        "23001": "a row is still referred to", "23502": "NULL where it is not allowed",
        "23503": "a foreign key", "23505": "a unique key is in use", "23514": "a check",
        "23P01": "an exclusion constraint", "P0001": "a trigger of the store's raised an error",
    ]

    /// The server's words where they hold only names; otherwise what the state means, and the names that the
    /// server gives.
    static func words(
        _ state: String, said: String, table: String?, column: String?, constraint: String?, type: String?
    ) -> String {
        let isSafe = !["22", "23", "P0", "44", "2F", "38", "39"].contains(state.prefix(2))
        if isSafe { return said }
        var words = states[state] ?? "the data is refused"
        if let constraint { words += ": \(constraint)" }
        if let table { words += ", in \(table)\(column.map { ".\($0)" } ?? "")" }
        if let type { words += ", of type \(type)" }
        return words
    }
}

extension PostgresError {
    /// Why a connection was not made, from libpq's words, without the address that stands before them.
    init(connecting words: String) {
        let lines = words.split(whereSeparator: \.isNewline)
        // Of several servers that were tried the last one's answer counts.
        let last = lines.last(where: { $0.contains("failed:") }) ?? lines.last ?? ""
        let reason = last.firstRange(of: "failed: ").map { last[$0.upperBound...] } ?? last
        let said = reason.replacing("FATAL:  ", with: "").replacing("FATAL: ", with: "")
        self.init(
            sqlState: PostgresError.state(connecting: String(said)),
            message: said.isEmpty ? "the server cannot be reached" : String(said),
            action: PostgresError.connecting)
    }

    /// libpq gives no state for a failure to connect, so it is told by its words. A server that says them in
    /// another language is taken for one that is out of reach; both are tried again.
    private static func state(connecting said: String) -> String {
        let refusals = [
            ("password authentication failed", "28P01"), ("no password supplied", "28P01"),
            ("no pg_hba.conf entry", "28000"), ("authentication failed", "28000"),
            ("is not permitted to log in", "28000"), ("permission denied for database", "28000"),
            ("is not currently accepting connections", "28000"), ("certificate", "08001"),
            ("does not exist", "3D000"), ("too many clients", "53300"), ("too many connections", "53300"),
            ("remaining connection slots", "53300"),
            ("starting up", "57P03"), ("shutting down", "57P03"), ("recovery", "57P03"),
        ]
        return refusals.first { said.contains($0.0) }?.1 ?? "08001"
    }
}
