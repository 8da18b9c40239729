import CEL
import Model

/// From where each thing of a plan comes, and where it goes: a graph of columns, code tables, events and
/// slices.
public struct Lineage: Sendable {
    /// One thing that data passes through.
    public struct Node: Sendable, Hashable, Comparable, CustomStringConvertible {
        /// What sort of thing it is; the order is the order of the flow.
        public enum Kind: Int, Sendable, Codable, Comparable {
            /// A column of a legacy table.
            case legacy
            /// A code table.
            case codes
            /// A column of a service's table.
            case service
            /// A domain event.
            case event
            /// A slice.
            case slice

            /// The order of the flow.
            public static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
        }

        /// What sort of thing it is.
        public var kind: Kind
        /// The context it belongs to.
        public var context: String
        /// `table.column`, or a name.
        public var name: String

        /// Names a thing.
        public init(kind: Kind, context: String, name: String) {
            self.kind = kind
            self.context = context
            self.name = name
        }

        /// The order of the flow, then the order of names.
        public static func < (left: Node, right: Node) -> Bool {
            (left.kind, left.context, left.name) < (right.kind, right.context, right.name)
        }

        /// The name with what it is.
        public var description: String {
            switch kind {
            case .legacy: "legacy \(name)"
            case .codes: "codes \(name)"
            case .service: "service \(name)"
            case .event: "event \(name)"
            case .slice: "slice \(name)"
            }
        }
    }

    /// One step that data takes.
    public struct Edge: Sendable, Hashable {
        /// Where it comes from.
        public var from: Node
        /// Where it goes.
        public var to: Node
        /// The expression that takes it there.
        public var expression: String
        /// Whether it is a step of the way back.
        public var isBack: Bool
    }

    /// Every step of the plan.
    public private(set) var edges: [Edge] = []

    /// Reads the steps off a checked plan.
    public init(_ plan: CheckedPlan) {
        for context in plan.contexts { add(context) }
        var seen: Set<Edge> = []
        edges = edges.filter { seen.insert($0).inserted }
    }

    /// The things that a user's text may mean: `field`, `table.field`, `alias.column` is not known here.
    public func nodes(named text: String) -> [Node] {
        let all = Set(edges.flatMap { [$0.from, $0.to] })
        let exact = all.filter { $0.name == text }
        if !exact.isEmpty { return exact.sorted() }
        return all.filter { $0.name.split(separator: ".").last.map(String.init) == text }.sorted()
    }

    /// The nearest name, for a text that names nothing.
    public func nearest(to text: String) -> String? {
        let names = Set(edges.flatMap { [$0.from, $0.to] }).map(\.name)
        return NearestName.of(text, among: names)
            ?? NearestName.of(
                text,
                among: names.map {
                    $0.split(separator: ".").last.map(String.init) ?? $0
                })
    }

    /// What a thing comes from, the direct steps only, the way back aside.
    public func sources(of node: Node) -> [Edge] { edges.filter { $0.to == node && !$0.isBack } }

    /// What a thing goes into, the direct steps only, the way back aside.
    public func uses(of node: Node) -> [Edge] { edges.filter { $0.from == node && !$0.isBack } }

    /// The lineage of what a text names, both ways, as lines for people; says what was probably meant when it
    /// names nothing.
    public func describe(_ text: String) -> String {
        let found = nodes(named: text)
        guard !found.isEmpty else {
            return "nothing in the plan is called `\(text)`"
                + (nearest(to: text).map { "; did you mean `\($0)`?" } ?? "") + "\n"
        }
        return found.map(describe).joined(separator: "\n")
    }

    private func describe(_ node: Node) -> String {
        var lines = ["\(node) (context \(node.context))"]
        func list(_ title: String, _ edges: [Edge], _ end: KeyPath<Edge, Node>) {
            guard !edges.isEmpty else { return }
            lines.append("  \(title)")
            lines += edges.map { "    \($0[keyPath: end])    \($0.expression)" }
        }
        list("comes from", sources(of: node), \.from)
        list("goes into", uses(of: node), \.to)
        list("is written back into", edges.filter { $0.isBack && $0.from == node }, \.to)
        list("is written back from", edges.filter { $0.isBack && $0.to == node }, \.from)
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: reading the plan

    private mutating func add(_ context: CheckedContext) {
        for aggregate in context.aggregates {
            for field in aggregate.fields { add(field, aggregate.table, context) }
            for part in aggregate.parts {
                for field in part.fields { add(field, part.table, context) }
            }
            for projection in aggregate.back { add(projection, aggregate.table, context) }
        }
        for event in context.events {
            let node = Node(kind: .event, context: context.name, name: event.name)
            for column in Origins.columns(of: event.when) {
                add(service(column, context), node, event.when)
            }
        }
        for slice in context.slices {
            let node = Node(kind: .slice, context: context.name, name: slice.name)
            for column in Origins.columns(of: slice.legacy) {
                add(legacy(column, context), node, slice.legacy)
            }
            let table = context.aggregates[slice.aggregate].table
            for column in slice.service.checked.slots.sorted() {
                let name = ColumnName(table: table.name, column: table.columns[column].name)
                add(service(name, context), node, slice.service)
            }
        }
    }

    private mutating func add(_ field: CheckedField, _ table: TableSchema, _ context: CheckedContext) {
        let name = ColumnName(table: table.name, column: table.columns[field.column].name)
        let node = service(name, context)
        for column in Origins.columns(of: field.expression) {
            add(legacy(column, context), node, field.expression)
        }
        for codes in Origins.codes(of: field.expression) {
            add(Node(kind: .codes, context: context.name, name: codes), node, field.expression)
        }
    }

    private mutating func add(
        _ projection: CheckedProjection, _ table: TableSchema, _ context: CheckedContext
    ) {
        let read = context.reads[projection.alias]
        let target = legacy(
            ColumnName(table: read.table.name, column: read.table.columns[projection.column].name), context)
        for column in projection.expression.checked.slots.sorted() {
            let name = ColumnName(table: table.name, column: table.columns[column].name)
            add(service(name, context), target, projection.expression, isBack: true)
        }
    }

    private mutating func add(
        _ from: Node, _ to: Node, _ expression: CompiledExpression, isBack: Bool = false
    ) {
        edges.append(Edge(from: from, to: to, expression: expression.text, isBack: isBack))
    }

    private func legacy(_ column: ColumnName, _ context: CheckedContext) -> Node {
        Node(kind: .legacy, context: context.name, name: column.description)
    }

    private func service(_ column: ColumnName, _ context: CheckedContext) -> Node {
        Node(kind: .service, context: context.name, name: column.description)
    }
}
