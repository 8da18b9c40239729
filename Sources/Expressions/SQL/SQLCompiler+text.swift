import CEL
import Model

extension SQLCompiler {
    /// `x.startsWith('a')`, `x.endsWith('a')` and `x.contains('a')`, bytewise; NULL for a null, which is an
    /// error.
    mutating func search(
        _ node: Expression, _ function: String, _ target: Expression, _ arguments: [Expression]
    ) throws(SQLRefusal) -> SQLTerm {
        guard ["startsWith", "endsWith", "contains"].contains(function), arguments.count == 1 else {
            throw SQLRefusal("\(function)() does not run in a database", at: node.position)
        }
        guard case .string(let part)? = try constant(arguments[0]) else {
            throw SQLRefusal("\(function)() takes a constant in a database", at: arguments[0].position)
        }
        let text = try term(target)
        guard text.family == .text else {
            throw SQLRefusal("\(function)() searches text", at: target.position)
        }
        // Every text begins with, ends with and holds the empty one; a null is still an error.
        if part.byteCount == 0 {
            return truth("(CASE WHEN \(text.sql) IS NOT NULL THEN \(dialect.bool(true)) END)")
        }
        return truth(
            dialect == .sqlite
                ? try bytewise(function, text.sql, part, at: node.position)
                : try postgres(function, text.sql, part, at: node.position))
    }

    /// In SQLite over BLOBs: its text functions stop at a zero byte.
    private mutating func bytewise(
        _ function: String, _ text: String, _ part: Text, at position: CEL.Position
    ) throws(SQLRefusal) -> String {
        let blob = "CAST(\(text) AS BLOB)"
        let bytes = try write(.bytes(Array(part.string.utf8)), "bytea", at: position)
        return switch function {
        // A part of an empty BLOB is NULL, so the length is asked first.
        case "startsWith":
            "(length(\(blob)) >= \(part.byteCount) AND substr(\(blob), 1, \(part.byteCount)) = \(bytes))"
        case "endsWith":
            "(length(\(blob)) >= \(part.byteCount) AND substr(\(blob), -\(part.byteCount)) = \(bytes))"
        default: "(instr(\(blob), \(bytes)) > 0)"
        }
    }

    private mutating func postgres(
        _ function: String, _ text: String, _ part: Text, at position: CEL.Position
    ) throws(SQLRefusal) -> String {
        let sql = try write(.text(part.string), "text", at: position)
        return switch function {
        case "startsWith": "starts_with(\(text), \(sql))"
        case "endsWith": "(right(\(text), \(part.count)) = \(sql) COLLATE \"C\")"
        default: "(position(\(sql) in \(text)) > 0)"
        }
    }
}
