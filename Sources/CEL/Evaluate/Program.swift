// Declarations to come; see Environment.swift, Program.swift.
// /// What expressions may use: variables, libraries, a container for short names.
// public struct Environment: Sendable {
//     public let container: String
//     public private(set) var variables: [Variable]
//     public var limits: SourceLimits
//     public init(variables: [Variable] = [], libraries: [Library] = [], container: String = "", limits: SourceLimits = SourceLimits())   // the standard library is always there
//     public func parse(_ source: String) throws(CompilationError) -> ParsedExpression
//     public func check(_ parsed: ParsedExpression, expecting: CELType? = nil) throws(CompilationError) -> CheckedExpression   // `expecting: .wrapper(.string)` etc.
//     public func program(_ checked: CheckedExpression) throws(CompilationError) -> Program
//     public func program(unchecked parsed: ParsedExpression) throws(CompilationError) -> Program
//     public func compile(_ source: String, expecting: CELType? = nil) throws(CompilationError) -> Program   // parse + check + program
// }
// public struct Program: Sendable {
//     public let type: CELType           // .dyn when unchecked
//     public let source: String
//     public let slots: Set<Int>; public let fields: [FieldReference]
//     public func evaluate(_ bindings: any Bindings, limits: EvaluationLimits = EvaluationLimits()) throws(EvaluationError) -> Value
//     public func evaluate(_ bindings: any Bindings, limits: EvaluationLimits = .init(), in frame: inout Frame) throws(EvaluationError) -> Value
//     public func test(_ bindings: any Bindings, ...) throws(EvaluationError) -> Bool
// }
// public struct Frame: ~Copyable { public init() }   // reusable scratch space of one thread
// extension Expression { public var description: String }  // unparse
// extension Library { static let standard, strings, math, optionals, encoders  (all standard; .all) }
