import ArgumentParser
import Migration
import Plan

/// How every command writes, and how it fails.
struct OutputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("For whom to write: text for people, json for programs.", valueName: "text|json"))
    var format: OutputFormat = .text

    @Option(help: ArgumentHelp("When to set colours.", valueName: "auto|always|never"))
    var color: ColorChoice = .auto

    /// Whether output is JSON.
    var isJSON: Bool { format == .json }

    /// Runs a command's work; whatever it throws is reported, and becomes the exit code.
    func perform(_ work: (Terminal) throws -> ExitStatus) throws {
        let terminal = Terminal(color)
        let status: ExitStatus
        do {
            status = try work(terminal)
        } catch let error as ExitCode {
            throw error
        } catch {
            status = report(error, terminal)
        }
        if status != .done { throw ExitCode(status.rawValue) }
    }

    private func report(_ error: any Error, _ terminal: Terminal) -> ExitStatus {
        if let refusal = error as? PlanRefusal { return report(refusal, terminal) }
        let failure = FailureReport(error)
        terminal.report(failure, format: format)
        return switch failure.kind {
        case .failed: .error
        case .refused: .refused
        case .inconclusive: .inconclusive
        }
    }

    private func report(_ refusal: PlanRefusal, _ terminal: Terminal) -> ExitStatus {
        let failure = FailureReport(refusal)
        guard isJSON else {
            Terminal.standardError(PlanReport.text(refusal.reading, terminal))
            terminal.report(failure, format: format)
            return .error
        }
        let error: JSONValue = [
            "code": .string(failure.code), "message": .string(failure.message), "hint": .string(failure.hint),
            "diagnostics": PlanReport.json(refusal.reading.diagnostics),
        ]
        Terminal.standardError(JSONValue.object([("error", error)]).line + "\n")
        return .error
    }
}
