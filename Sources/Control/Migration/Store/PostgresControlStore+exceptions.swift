public import Exceptions
import Foundation
import PostgreSQL

extension PostgresControlStore {
    /// The cases of a context, or of all, by number.
    public func exceptions(of context: String?, withClosed: Bool) throws -> [ExceptionCase] {
        try cases(
            "($2::text IS NULL OR context = $2) AND ($3::bool OR state <> 'closed')",
            [context, withClosed ? "true" : "false"])
    }

    /// The case of a number.
    public func exception(_ number: Int) throws -> ExceptionCase? {
        try cases("number = $2::bigint", [String(number)]).first
    }

    /// The case of a difference.
    public func exception(of context: String, identity: String) throws -> ExceptionCase? {
        try cases("context = $2 AND identity = $3", [context, identity]).first
    }

    private func cases(_ condition: String, _ parameters: [String?]) throws -> [ExceptionCase] {
        let found = try query(
            """
            SELECT number, body FROM banyan_control.exception WHERE migration = $1 AND \(condition)
            ORDER BY number
            """, [migration] + parameters)
        return try (0..<found.count).map { row in
            try ExceptionCase(number: Int(found.integer(row, 0) ?? 0), text: found.text(row, 1))
        }
    }

    /// Keeps a case.
    @discardableResult
    public func keep(_ one: ExceptionCase) throws -> Int {
        let values = [migration, one.context, one.identity, one.state.word, try one.text()]
        guard one.number == 0 else {
            _ = try query(
                """
                UPDATE banyan_control.exception SET context = $2, identity = $3, state = $4, body = $5
                WHERE migration = $1 AND number = $6::bigint
                """, values + [String(one.number)])
            return one.number
        }
        let kept = try query(
            """
            INSERT INTO banyan_control.exception (migration, context, identity, state, body)
            VALUES ($1, $2, $3, $4, $5) RETURNING number
            """, values)
        return Int(kept.integer(0, 0) ?? 0)
    }
}
