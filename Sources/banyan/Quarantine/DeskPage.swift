import Migration
import Plan

/// What came of a request.
enum DeskPage {
    static func write(
        _ text: String, _ context: CheckedContext, by answer: RequestDesk.Answer?, _ terminal: Terminal,
        _ output: OutputOptions
    ) throws {
        guard output.isJSON else {
            let who = answer?.isByEngine == true ? " (by the running engine)" : ""
            try terminal.line("\(context.name.escapedForTerminal): \(text.escapedForTerminal)\(who)")
            return
        }
        try terminal.line([
            "context": .string(context.name), "dry_run": .bool(answer == nil), "answer": .string(text),
            "by": answer.map { .string($0.isByEngine ? "engine" : "command") } ?? .null,
        ])
    }
}
