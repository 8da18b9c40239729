import Foundation
import Model
public import Plan
import Translate

/// Translates the examples kept beside a plan, exactly as rows of the legacy system are translated.
public struct ExampleTranslation {
    private let plan: CheckedPlan

    /// Translates under a plan's mapping.
    public init(plan: CheckedPlan) {
        self.plan = plan
    }

    /// What an example's rows become.
    public func outcome(of example: ExampleCase) -> ExampleOutcome {
        let context = plan.contexts[example.context]
        let aggregate = context.aggregates[example.aggregate]
        let translator = AggregateTranslator(context: context, aggregate: aggregate)
        var set = translator.makeSet()
        translator.translate(sources(of: example, context, aggregate), into: &set)
        guard let item = set.items.first else { return .nothing }
        switch item.outcome {
        case .excluded: return .nothing
        case .pending(let alias): return .pending(alias)
        case .failed(let failure): return .quarantine(failure.reason)
        case .row:
            guard let place = item.row else { return .nothing }
            var parts: [String: [ExampleCase.Row]] = [:]
            for (kind, rows) in item.parts.enumerated() {
                let part = aggregate.parts[kind]
                parts[part.name] = rows.map {
                    row(set.parts[kind].cells(of: $0), part.table, translator.partColumns[kind])
                }
            }
            return .aggregate(
                row(set.rows.cells(of: place), aggregate.table, translator.columns), parts: parts)
        }
    }

    private func row(_ cells: [OwnedCell], _ table: TableSchema, _ columns: [Int]) -> ExampleCase.Row {
        var row: ExampleCase.Row = [:]
        for (column, cell) in zip(columns, cells) { row[table.columns[column].name] = .some(cell.text) }
        return row
    }

    // MARK: the rows given

    private func sources(
        of example: ExampleCase, _ context: CheckedContext, _ aggregate: CheckedAggregate
    ) -> AggregateSources {
        let root = context.reads[aggregate.root]
        var roots = RowBuffer(columns: root.table.columns.count)
        for given in (example.given[root.alias] ?? []).prefix(1) {
            roots.append(Self.encode(given, root.table))
        }
        var sources = AggregateSources(
            legacyKeys: (0..<roots.count).map { roots.key(of: $0, columns: root.table.key) },
            aliases: context.reads.map { RowBuffer(columns: $0.table.columns.count) })
        for alias in aggregate.uses {
            guard alias != aggregate.root, let joins = context.reads[alias].joins else {
                sources.rows[alias] = roots
                sources.groups[alias] = (0..<roots.count).map { $0..<$0 + 1 }
                continue
            }
            let given = example.given[context.reads[alias].alias] ?? []
            for parent in 0..<sources.rows[joins].count {
                let first = sources.rows[alias].count
                for row in given {
                    guard let bytes = joined(row, context.reads[alias], to: sources.rows[joins], parent)
                    else { continue }
                    sources.rows[alias].append(bytes)
                }
                sources.groups[alias].append(first..<sources.rows[alias].count)
            }
        }
        return sources
    }

    /// The row's image when it joins to the parent; join columns that the example leaves out are the
    /// parent's.
    private func joined(
        _ given: ExampleCase.Row, _ read: ReadBinding, to parents: RowBuffer, _ parent: Int
    ) -> [UInt8]? {
        var inherited: [Int: [UInt8]] = [:]
        for pair in read.pairs where given[read.table.columns[pair.column].name] == nil {
            inherited[pair.column] = parents.key(of: parent, columns: [pair.joinedColumn]).bytes
        }
        var rows = RowBuffer(columns: read.table.columns.count)
        rows.append(Self.encode(given, read.table, inherited))
        let own = rows.key(of: 0, columns: read.pairs.map(\.column))
        return own == parents.key(of: parent, columns: read.pairs.map(\.joinedColumn)) ? rows.bytes : nil
    }

    private static func encode(
        _ given: ExampleCase.Row, _ table: TableSchema, _ inherited: [Int: [UInt8]] = [:]
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, column) in table.columns.enumerated() {
            if let value = inherited[index] {
                bytes += value
            } else if let text = given[column.name] ?? nil {
                encode(text, column, &bytes)
            } else {
                RowWriter.null(&bytes)
            }
        }
        return bytes
    }

    /// A value in the kind of its column; text that is none of that kind stays text, as in a dynamically
    /// typed system.
    private static func encode(_ text: String, _ column: ColumnSchema, _ bytes: inout [UInt8]) {
        switch column.kind {
        case .bool where ["true", "false", "1", "0"].contains(text):
            RowWriter.bool(text == "true" || text == "1", &bytes)
        case .int64:
            if let value = Int64(text) {
                RowWriter.integer(value, &bytes)
            } else {
                RowWriter.text(text, &bytes)
            }
        case .double:
            if let value = Double(text) {
                RowWriter.double(value, &bytes)
            } else {
                RowWriter.text(text, &bytes)
            }
        case .decimal:
            // What is no number stays text.
            if let value = try? Decimal128(text) {
                RowWriter.decimal(coefficient: value.coefficient, scale: UInt8(value.scale), &bytes)
            } else {
                RowWriter.text(text, &bytes)
            }
        case .bytes: RowWriter.bytes(Hex.decode(text) ?? Array(text.utf8), kind: .bytes, &bytes)
        default: RowWriter.text(text, &bytes)
        }
    }
}
