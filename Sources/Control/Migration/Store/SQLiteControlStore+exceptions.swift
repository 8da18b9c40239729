public import Exceptions
import Foundation
import SQLite

extension SQLiteControlStore {
    /// The cases of a context, or of all, by number.
    public func exceptions(of context: String?, withClosed: Bool) throws -> [ExceptionCase] {
        try connection.rows(
            """
            SELECT number, body FROM exception
            WHERE (?1 IS NULL OR context = ?1) AND (?2 OR state <> 'closed') ORDER BY number
            """, [context.map(SQLiteValue.text) ?? .null, .integer(withClosed ? 1 : 0)]
        ) { row in try ExceptionCase(number: Int(row.integer(0)), text: row.string(1)) }
    }

    /// The case of a number.
    public func exception(_ number: Int) throws -> ExceptionCase? {
        try connection.rows(
            "SELECT number, body FROM exception WHERE number = ?1", [.integer(Int64(number))]
        ) { row in try ExceptionCase(number: Int(row.integer(0)), text: row.string(1)) }.first
    }

    /// The case of a difference.
    public func exception(of context: String, identity: String) throws -> ExceptionCase? {
        try connection.rows(
            "SELECT number, body FROM exception WHERE context = ?1 AND identity = ?2",
            [.text(context), .text(identity)]
        ) { row in try ExceptionCase(number: Int(row.integer(0)), text: row.string(1)) }.first
    }

    /// Keeps a case.
    @discardableResult
    public func keep(_ one: ExceptionCase) throws -> Int {
        let values: [SQLiteValue] = [
            .text(one.context), .text(one.identity), .text(one.state.word), .text(try one.text()),
        ]
        guard one.number == 0 else {
            try connection.run(
                "UPDATE exception SET context = ?1, identity = ?2, state = ?3, body = ?4 WHERE number = ?5",
                values + [.integer(Int64(one.number))])
            return one.number
        }
        try connection.run(
            "INSERT INTO exception (context, identity, state, body) VALUES (?1, ?2, ?3, ?4)", values)
        return Int(try connection.integer("SELECT last_insert_rowid()") ?? 0)
    }
}
