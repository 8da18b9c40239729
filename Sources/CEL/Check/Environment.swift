/// What expressions may use: variables, libraries, and a container for short names.
public struct Environment: Sendable {
    /// Prefix for names: in the container `a.b`, `x` may mean `a.b.x`, `a.x` or `x`.
    public let container: String
    /// The variables; the index of a variable is its slot in `Bindings`.
    public let variables: [Variable]
    /// Limits on source texts.
    public let limits: SourceLimits
    let declarations: Declarations

    /// An environment; the language's own functions and extensions are always there.
    public init(
        variables: [Variable] = [], libraries: [Library] = [], container: String = "",
        limits: SourceLimits = SourceLimits()
    ) {
        self.container = container
        self.variables = variables
        self.limits = limits
        declarations = Declarations(
            variables: variables, libraries: Library.standard + libraries, container: container)
    }

    /// The slot of a variable.
    public func slot(of variable: String) -> Int? { declarations.slots[variable] }

    /// Parses a source text; without macros, `all`, `has` and the like are plain calls.
    public func parse(_ source: String, macros: Bool = true) throws(CompilationError) -> ParsedExpression {
        var parser = try Parser(source, limits: limits, expandsMacros: macros)
        let expression = try parser.whole()
        return ParsedExpression(source: source, expression: expression, nodeCount: parser.nodeCount)
    }

    /// Resolves names and types; throws all faults found.
    ///
    /// With `expecting`, the whole must be of that type: a nullable result does for `wrapper(T)`, not for
    /// `T`.
    public func check(
        _ parsed: ParsedExpression, expecting: CELType? = nil
    ) throws(CompilationError) -> CheckedExpression {
        var checker = Checker(self, isLenient: false)
        return try checker.run(parsed, expecting: expecting)
    }

    /// The program of a checked expression.
    public func program(_ checked: CheckedExpression) throws(CompilationError) -> Program {
        Program(checked, self)
    }

    /// The program of an expression that was not checked: names and types are resolved when it runs.
    public func program(unchecked parsed: ParsedExpression) throws(CompilationError) -> Program {
        var checker = Checker(self, isLenient: true)
        return Program(try checker.run(parsed, expecting: nil), self)
    }

    /// Parses, checks and compiles a source text.
    public func compile(_ source: String, expecting: CELType? = nil) throws(CompilationError) -> Program {
        try program(try check(try parse(source), expecting: expecting))
    }
}
