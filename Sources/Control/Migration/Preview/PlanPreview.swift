public import Model
public import Plan
import Translate

/// Real legacy rows and what the mapping makes of them, without writing anything anywhere.
public struct PlanPreview: Sendable {
    /// One column and its value.
    public struct Value: Sendable, Hashable {
        /// The column.
        public var name: String
        /// Its value.
        public var cell: OwnedCell
    }

    /// One row under a name: an alias before, a part after.
    public struct Row: Sendable, Hashable {
        /// The alias, or the part.
        public var name: String
        /// The table.
        public var table: String
        /// Its values.
        public var values: [Value]
    }

    /// One record before and after.
    public struct Record: Sendable, Hashable {
        /// The root row's key in legacy, as people read it.
        public var legacyKey: String
        /// The key of the service's row; nil when there is none.
        public var serviceKey: String?
        /// The legacy rows, the root row first.
        public var before: [Row]
        /// `aggregate`, `excluded`, `pending` or `quarantine`.
        public var outcome: String
        /// Why it is no aggregate, in words; nil when it is.
        public var reason: String?
        /// The service's row and those of its parts.
        public var after: [Row]
    }

    /// The context.
    public var context: String
    /// The aggregate.
    public var aggregate: String
    /// The records that are shown.
    public var records: [Record] = []
    /// How many root rows were looked at, by outcome.
    public var outcomes: [String: Int] = [:]

    /// Root rows that are looked at in search of aggregates to show.
    private static let rowsMax = 10_000
    private static let pageRows = 200

    /// Previews one aggregate.
    ///
    /// - Parameters:
    ///   - plan: The checked plan.
    ///   - context: The context.
    ///   - aggregate: The aggregate.
    ///   - key: The legacy key to show; nil for the first that become something, or cannot.
    ///   - limit: How many records to show.
    public init(
        plan: CheckedPlan, context: CheckedContext, aggregate: CheckedAggregate, key: String?, limit: Int
    ) throws {
        self.context = context.name
        self.aggregate = aggregate.name
        let rows = LegacyRows(
            context: context, aggregate: aggregate, finder: try Systems(plan).rowFinder(context.legacy))
        let translator = AggregateTranslator(context: context, aggregate: aggregate)
        if let key {
            let count = context.reads[aggregate.root].table.key.count
            add(
                try rows.sources(keys: KeyText.candidates(key, values: count)), context, translator, limit,
                all: true)
            return
        }
        var after: Key?
        var seen = 0
        while records.count < limit, seen < Self.rowsMax {
            let page = try rows.sources(after: after, limit: Self.pageRows)
            add(page, context, translator, limit, all: false)
            seen += page.legacyKeys.count
            guard page.legacyKeys.count == Self.pageRows else { break }
            after = page.legacyKeys.last
        }
    }

    private mutating func add(
        _ sources: AggregateSources, _ context: CheckedContext, _ translator: AggregateTranslator,
        _ limit: Int,
        all: Bool
    ) {
        var set = translator.makeSet()
        translator.translate(sources, into: &set)
        for (index, item) in set.items.enumerated() {
            var record = Record(
                legacyKey: item.legacyKey.display, serviceKey: item.serviceKey?.display, before: [],
                outcome: "aggregate", reason: nil, after: [])
            switch item.outcome {
            case .row: record.after = after(item, set, translator)
            case .excluded: (record.outcome, record.reason) = ("excluded", "`when` leaves it out")
            case .pending(let alias):
                (record.outcome, record.reason) = ("pending", "it has no row of \(alias)")
            case .failed(let failure):
                (record.outcome, record.reason) = ("quarantine", "\(failure.reason): \(failure.message)")
            }
            outcomes[record.outcome, default: 0] += 1
            guard records.count < limit, all || item.outcome != .excluded else { continue }
            record.before = sources.rows(of: index, context, translator.aggregate)
            records.append(record)
        }
    }

    private func after(_ item: Translation, _ set: TranslationSet, _ translator: AggregateTranslator) -> [Row]
    {
        guard let place = item.row else { return [] }
        let aggregate = translator.aggregate
        let root = Row(
            name: aggregate.name, table: aggregate.table.name,
            values: PlanPreview.values(set.rows.cells(of: place), aggregate.table, translator.columns))
        let parts = item.parts.enumerated().flatMap { kind, rows in
            rows.map { row in
                Row(
                    name: aggregate.parts[kind].name, table: aggregate.parts[kind].table.name,
                    values: PlanPreview.values(
                        set.parts[kind].cells(of: row), aggregate.parts[kind].table,
                        translator.partColumns[kind]))
            }
        }
        return [root] + parts
    }

    /// Names the values of some columns of a table.
    static func values(_ cells: [OwnedCell], _ table: TableSchema, _ columns: [Int]) -> [Value] {
        zip(columns, cells).map { Value(name: table.columns[$0].name, cell: $1) }
    }
}
