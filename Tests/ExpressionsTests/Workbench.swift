import CEL
import Expressions
import Model

/// Compiles and runs expressions with the library, and shows their values as text that tests can compare.
struct Workbench {
    var variables: [(name: String, type: CELType, value: Value)] = []
    var codes: [CodeTable] = []
    var keys = KeyRing()

    func program(_ source: String) throws(CompilationError) -> Program {
        let environment = Environment(
            variables: variables.map { Variable($0.name, $0.type) },
            libraries: [BanyanLibrary.library(codes: codes, keys: keys)])
        return try environment.compile(source)
    }

    func type(_ source: String) throws -> CELType { try program(source).type }

    func value(_ source: String) throws -> Value {
        try program(source).evaluate(ArrayBindings(variables.map(\.value)))
    }

    /// The value as `type(text)`, or the plain literal for the language's own types.
    func shown(_ source: String) throws -> String { Workbench.shown(try value(source)) }

    static func shown(_ value: Value) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .int(let value): "\(value)"
        case .uint(let value): "\(value)u"
        case .double(let value): "\(value)"
        case .string(let text): "'\(text.string)'"
        case .bytes(let bytes): "bytes(\(bytes.array))"
        case .list(let list): "[" + list.values.map(shown).joined(separator: ", ") + "]"
        case .timestamp(let moment): "timestamp(\(moment.seconds).\(moment.nanoseconds))"
        case .opaque(let opaque): "\(opaque.typeName)(\(opaque.text))"
        default: "\(value.type.name)"
        }
    }

    /// The code of the error that running the expression throws; nil when it has a value.
    func failure(_ source: String) throws -> EvaluationError.Code? {
        let program = try program(source)
        do throws(EvaluationError) {
            _ = try program.evaluate(ArrayBindings(variables.map(\.value)))
            return nil
        } catch {
            return error.code
        }
    }

    /// The first message with which compiling the expression is refused; nil when it compiles.
    func refusal(_ source: String) -> String? {
        do throws(CompilationError) {
            _ = try program(source)
            return nil
        } catch {
            return error.diagnostics.first?.message
        }
    }
}
