import ArgumentParser
import Migration
import Plan

/// Follows data from column to column.
struct PlanLineageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lineage",
        abstract: "Follow data from legacy columns to the service, its events, and back.",
        discussion: """
            Without a name, every step is shown.

            Examples:
              banyan plan lineage plan.yaml endorsement.premium_impact
              banyan plan lineage plan.yaml policy_version.reason_cd
            """)

    @OptionGroup var plan: PlanArgument
    @Argument(help: "A column (`table.column` or its name alone), a code table, an event or a slice.")
    var name: String?
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let lineage = Lineage(try plan.checked())
            let nodes = name.map(lineage.nodes(named:)) ?? []
            if let name, nodes.isEmpty {
                throw MigrationError(
                    .notFound, "nothing in the plan is called \(name)",
                    hint: lineage.nearest(to: name).map { "did you mean \($0)?" } ?? "see `banyan plan show`")
            }
            let edges =
                name == nil
                ? lineage.edges : lineage.edges.filter { nodes.contains($0.from) || nodes.contains($0.to) }
            if output.isJSON {
                for edge in edges { try terminal.line(Self.json(edge)) }
            } else if let name {
                try terminal.write(lineage.describe(name))
            } else {
                var columns = TextColumns()
                for edge in edges {
                    let arrow = edge.isBack ? "⇠" : "→"
                    columns.add(
                        edge.from.description.escapedForTerminal, arrow,
                        edge.to.description.escapedForTerminal,
                        edge.expression.escapedForTerminal)
                }
                try terminal.write(columns.text())
            }
            return .done
        }
    }

    private static func json(_ edge: Lineage.Edge) -> JSONValue {
        func node(_ node: Lineage.Node) -> JSONValue {
            ["kind": .string("\(node.kind)"), "context": .string(node.context), "name": .string(node.name)]
        }
        return [
            "from": node(edge.from), "to": node(edge.to), "expression": .string(edge.expression),
            "back": .bool(edge.isBack),
        ]
    }
}
