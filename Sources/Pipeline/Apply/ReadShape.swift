package import Model
package import Plan

/// A legacy table as a context reads it: the shape that the plan was checked with, of which some columns
/// count.
package struct ReadShape {
    /// The table as the plan knows it.
    package let table: TableSchema
    /// The places of the columns on which the context's rows depend.
    package let used: Set<Int>

    /// Describes each table that a context reads, by its name.
    package static func all(of context: CheckedContext) -> [String: ReadShape] {
        Dictionary(
            context.reads.map { read in
                let name = read.table.name
                return (name, ReadShape(table: read.table, used: context.columnsUsed(of: name)))
            }
        ) { first, _ in first }
    }

    /// Why rows of another shape cannot be read as the plan reads them, in words that follow "holds"; nil
    /// when they can, by the names of their columns.
    package func misfit(of found: TableSchema) -> String? {
        for place in used.sorted() {
            let wanted = table.columns[place]
            guard let held = found.columns.first(where: { $0.name == wanted.name }) else {
                return "\(table.name) without its column \(wanted.name), which is read"
            }
            guard held.kind == wanted.kind, held.scale == wanted.scale,
                TypeChange.keepsValues(held.declaredType, wanted.declaredType)
            else {
                return
                    "\(table.name).\(wanted.name) as \(Self.name(held)), and the plan reads \(Self.name(wanted))"
            }
        }
        let keys = [found, table].map { table in
            table.key.map { table.columns[$0].name }.joined(separator: ", ")
        }
        return keys[0] == keys[1]
            ? nil : "\(table.name) with the key (\(keys[0])), and the plan reads it by (\(keys[1]))"
    }

    private static func name(_ column: ColumnSchema) -> String {
        column.declaredType.isEmpty ? "\(column.kind)" : column.declaredType
    }
}
