import CEL
import Plan

/// One expression of the mapping, ready to run, with what a failure says of it.
final class ExpressionStep {
    let program: Program
    let location: SourceLocation
    let name: String

    init(_ expression: CompiledExpression, of name: String) {
        program = expression.program
        location = expression.location
        self.name = name
    }
}
