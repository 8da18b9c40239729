import CEL
import Expressions
import Model

/// The types that rows and columns have in expressions.
enum RowTypes {
    /// The type of an alias in a scope.
    static func variable(_ table: TableSchema?, _ scope: AliasScope) -> CELType {
        guard let table else { return .dyn }
        switch scope {
        case .row(let isNullable):
            return isNullable ? .wrapper(.record(record(table))) : .record(record(table))
        case .rows: return .list(.record(record(table)))
        case .under, .tooFar, .unreachable: return .record(record(table))
        case .unknown: return .dyn
        }
    }

    /// The type of a table's rows; a row whose key has a NULL names nothing and never arrives.
    static func record(_ table: TableSchema) -> RecordType { RecordType(table.withoutNullInKey) }

    /// The columns of a table as plain variables, slot n for column n.
    static func variables(_ table: TableSchema) -> [Variable] {
        table.withoutNullInKey.columns.map { Variable($0.name, CELType(column: $0)) }
    }

    /// What expressions may call beyond the language's own.
    static func libraries(_ tables: [CodeTable], _ keys: KeyRing) -> [Library] {
        [BanyanLibrary.library(codes: tables, keys: keys), required]
    }

    /// `required(x)`: the value, or an error that quarantines the row where it is NULL.
    private static let required = Library(
        name: "plan",
        functions: [
            Function(
                "required",
                [
                    Overload(
                        "required", [.wrapper(.parameter("A"))], returns: .parameter("A"), acceptsNull: true,
                        specialize: { site in .bound(result: site.argumentTypes.first?.unwrapped) },
                        .unary { value throws(EvaluationError) in
                            guard case .null = value else { return value }
                            throw EvaluationError(.invalidArgument, "a required value is NULL")
                        })
                ])
        ])
}

extension TableSchema {
    /// The same table with the columns of its key as NOT NULL.
    fileprivate var withoutNullInKey: TableSchema {
        var table = self
        for column in key { table.columns[column].isNullable = false }
        return table
    }
}
