import Migration
import Plan

/// What there is to say about a plan, for people and for programs.
enum PlanReport {
    /// The diagnostics as compilers print them.
    static func text(_ reading: PlanReading, _ terminal: Terminal) -> String {
        reading.diagnostics.map { $0.render(source: reading.source, color: terminal.paint.isOn) }.joined()
    }

    /// The diagnostics as an array.
    static func json(_ diagnostics: [PlanDiagnostic]) -> JSONValue {
        .array(
            diagnostics.map { diagnostic in
                [
                    "severity": .string(diagnostic.severity.rawValue), "code": .string(diagnostic.code),
                    "file": .string(diagnostic.location.file), "line": .count(diagnostic.location.line),
                    "column": .count(diagnostic.location.column), "path": .string(diagnostic.path),
                    "message": .string(diagnostic.message), "found": .optional(diagnostic.found),
                    "expected": .optional(diagnostic.expected), "hint": .optional(diagnostic.hint),
                ]
            })
    }
}
