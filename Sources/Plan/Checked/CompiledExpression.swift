public import CEL

/// An expression of the plan: type-checked against the catalogs and compiled.
public struct CompiledExpression: Sendable {
    /// The expression as the plan spells it.
    public let text: String
    /// Where it stands.
    public let location: SourceLocation
    /// The checked tree, with its type and the fields it reads.
    public let checked: CheckedExpression
    /// What is run for each row.
    public let program: Program

    /// Collects the parts of a compiled expression.
    public init(text: String, location: SourceLocation, checked: CheckedExpression, program: Program) {
        self.text = text
        self.location = location
        self.checked = checked
        self.program = program
    }
}
