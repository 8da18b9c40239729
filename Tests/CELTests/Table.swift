import CEL

/// Rows held in memory, as a provider of records.
final class Table: RecordProvider {
    let recordType: RecordType
    let rows: [[Value]]
    /// Fields read so far, as `row.field`.
    private(set) var reads: [String] = []

    init(_ recordType: RecordType, _ rows: [[Value]]) {
        self.recordType = recordType
        self.rows = rows
    }

    func field(_ field: Int, row: Int) throws(EvaluationError) -> Value {
        reads.append("\(row).\(recordType.fields[field].name)")
        return rows[row][field]
    }

    var all: Value { .list(.records(self, first: 0, count: Int32(rows.count))) }
}

/// Bindings of one record variable, `v`, that refuse to be read as a whole.
final class RowBindings: Bindings {
    let fields: [Value]
    private(set) var reads: [Int] = []

    init(_ fields: [Value]) { self.fields = fields }

    func value(at slot: Int) throws(EvaluationError) -> Value {
        throw EvaluationError(.unavailable, "only fields are read here")
    }

    func field(_ field: Int, at slot: Int) throws(EvaluationError) -> Value {
        reads.append(field)
        return fields[field]
    }
}

extension Environment {
    /// The value of an expression without variables.
    func value(_ source: String, _ values: [Value] = [], limits: EvaluationLimits = EvaluationLimits()) throws
        -> Value
    {
        try compile(source).evaluate(ArrayBindings(values), limits: limits)
    }
}

extension Value {
    /// The value as `%s` shows it, with its type.
    var shown: String {
        switch self {
        case .int(let value): "\(value)"
        case .bool(let value): "\(value)"
        case .double(let value): "\(value)"
        case .string(let text): "'\(text.string)'"
        case .null: "null"
        case .list(let list): "[" + list.values.map(\.shown).joined(separator: ", ") + "]"
        case .opaque(let value): value.text
        default: type.name
        }
    }
}

/// The code of the error that a piece of work ends with; nil when it succeeds.
func evaluationCode(_ body: () throws -> Void) -> EvaluationError.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? EvaluationError)?.code
    }
}

/// The faults that refuse an expression; empty when it compiles.
func faults(_ source: String, in environment: Environment = Environment(), expecting: CELType? = nil)
    -> [Diagnostic]
{
    do throws(CompilationError) {
        _ = try environment.compile(source, expecting: expecting)
        return []
    } catch {
        return error.diagnostics
    }
}
