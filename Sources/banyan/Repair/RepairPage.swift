import Exceptions
import Reconcile

/// What a repair would do, for people and for programs.
enum RepairPage {
    static func write(_ repair: RepairPlan, _ terminal: Terminal, _ output: OutputOptions) throws {
        if output.isJSON {
            for step in repair.steps { try terminal.line(json(step)) }
            return
        }
        guard !repair.steps.isEmpty else { return try terminal.line("nothing is to be repaired") }
        var columns = TextColumns(right: [0])
        columns.add("NUMBER", "WHAT", "KEY", "WOULD BE DONE")
        for step in repair.steps {
            let seen = step.exception.discrepancy
            columns.add(
                "\(step.exception.number)", ExceptionPage.words(Finding.Shape(seen)),
                seen.key.escapedForTerminal, words(step.action))
        }
        try terminal.write(columns.text())
    }

    private static func words(_ action: RepairPlan.Action) -> String {
        switch action {
        case .computeAgain(let key):
            "computed again from legacy \(key.escapedForTerminal), and written whole in the service"
        case .nothing(let reason): "nothing: \(reason)"
        }
    }

    private static func json(_ step: RepairPlan.Step) -> JSONValue {
        var reason: String?
        if case .nothing(let why) = step.action { reason = why }
        return [
            "exception": .count(step.exception.number), "context": .string(step.exception.context),
            "of": .string(step.exception.discrepancy.of), "key": .string(step.exception.discrepancy.key),
            "action": .string(reason == nil ? "compute_again" : "nothing"), "reason": .optional(reason),
        ]
    }
}
