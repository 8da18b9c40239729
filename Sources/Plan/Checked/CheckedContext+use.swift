import CEL
import Model

extension CompiledExpression {
    /// The columns that the expression reads, each with its slot; nil when it reads a row in another way, as
    /// a whole or through the variable of a macro, so that nothing is known of single columns.
    public var columns: [(slot: Int, column: Int)]? {
        let fields = checked.fields
        // Each name that stands in the expression must be that of a column's row.
        var names = 0
        checked.expression.walk { node in
            if case .identifier = node.kind { names += 1 }
        }
        let known = fields.compactMap { field in field.slot.map { (slot: $0, column: field.field) } }
        guard names == fields.count, known.count == fields.count, program.slots == Set(known.map(\.slot))
        else { return nil }
        return known
    }
}

extension CheckedContext {
    /// The columns of a legacy table on which the context's rows depend: keys, joins, and what expressions
    /// read. The others may come and go.
    ///
    /// - Parameter table: The table as `reads` has it.
    /// - Returns: Places in the columns of that table.
    public func columnsUsed(of table: String) -> Set<Int> {
        var used: Set<Int> = []
        func use(_ slot: Int, _ column: Int) {
            if reads[slot].table.name == table { used.insert(column) }
        }
        for (slot, read) in reads.enumerated() {
            for column in read.table.key { use(slot, column) }
            for pair in read.pairs {
                use(slot, pair.column)
                if let joins = read.joins { use(joins, pair.joinedColumn) }
            }
        }
        for expression in legacyExpressions {
            if let columns = expression.columns {
                for (slot, column) in columns { use(slot, column) }
            } else {
                for slot in expression.checked.slots {
                    for column in reads[slot].table.columns.indices { use(slot, column) }
                }
            }
        }
        return used
    }

    /// Everything by which the service's rows are computed from legacy's.
    private var legacyExpressions: [CompiledExpression] {
        var all: [CompiledExpression] = []
        for aggregate in aggregates {
            all +=
                [aggregate.when].compactMap(\.self) + aggregate.natural + aggregate.fields.map(\.expression)
            for part in aggregate.parts {
                all += [part.when].compactMap(\.self) + part.fields.map(\.expression)
            }
        }
        return all
    }
}
