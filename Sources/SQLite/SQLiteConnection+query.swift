extension SQLiteConnection {
    /// The first column of the first row as an integer; nil when there is no row or it is NULL.
    public func integer(_ sql: String, _ parameters: [SQLiteValue] = []) throws -> Int64? {
        try rows(sql, parameters) { $0.isNull(0) ? nil : $0.integer(0) }.first ?? nil
    }

    /// The first column of the first row as text; nil when there is no row or it is NULL.
    public func string(_ sql: String, _ parameters: [SQLiteValue] = []) throws -> String? {
        try rows(sql, parameters) { $0.string(0) }.first ?? nil
    }

    /// Runs a statement that returns nothing.
    public func run(_ sql: String, _ parameters: [SQLiteValue] = []) throws {
        let statement = try cached(sql)
        statement.bind(parameters)
        try statement.run()
    }

    /// Every row of a query, read by `read`.
    public func rows<T>(
        _ sql: String, _ parameters: [SQLiteValue] = [], _ read: (SQLiteStatement) throws -> T
    ) throws -> [T] {
        let statement = try cached(sql)
        statement.bind(parameters)
        defer { statement.reset() }
        var result: [T] = []
        while try statement.step() { result.append(try read(statement)) }
        return result
    }
}

/// A parameter of a statement that is not on a hot path.
public enum SQLiteValue: Sendable, Equatable {
    /// NULL.
    case null
    /// An integer.
    case integer(Int64)
    /// A double.
    case double(Double)
    /// Text.
    case text(String)
    /// A BLOB.
    case bytes([UInt8])

    /// Text or NULL.
    public static func optional(_ value: String?) -> SQLiteValue { value.map(SQLiteValue.text) ?? .null }
    /// An integer or NULL.
    public static func optional(_ value: Int64?) -> SQLiteValue { value.map(SQLiteValue.integer) ?? .null }
    /// A count.
    public static func count(_ value: Int) -> SQLiteValue { .integer(Int64(value)) }
}

extension SQLiteStatement {
    /// Binds these values to the parameters from 1 on.
    public func bind(_ values: [SQLiteValue]) {
        for (offset, value) in values.enumerated() {
            switch value {
            case .null: bindNull(offset + 1)
            case .integer(let integer): bind(integer, at: offset + 1)
            case .double(let double): bind(double, at: offset + 1)
            case .text(let text): bind(text, at: offset + 1)
            case .bytes(let bytes): bind(bytes, at: offset + 1)
            }
        }
    }
}

/// Text quoted for SQL: the only place where a name becomes part of a statement.
public enum SQLiteName {
    /// A table, column, index or trigger name between double quotes.
    public static func quote(_ name: String) -> String {
        "\"" + name.replacing(scalar: "\"", with: "\"\"") + "\""
    }

    /// A text literal between single quotes.
    public static func literal(_ text: String) -> String {
        "'" + text.replacing(scalar: "'", with: "''") + "'"
    }
}
