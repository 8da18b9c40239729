import ArgumentParser
import Exceptions
import Migration

/// Shows what the newest passes found, and what is open of it.
struct ReconcileShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what the newest pass of each context found, and what is open.",
        discussion: """
            Example:
              banyan reconcile show plan.yaml
            """)

    @OptionGroup var plan: PlanArgument
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let store = try ControlPlace(try plan.declared()).openExisting()
            let certificates = try store?.certificates() ?? []
            let newest = Dictionary(certificates.map { ($0.certificate.body.context, $0) }) { $1 }
            if newest.isEmpty, !output.isJSON {
                try terminal.line("no pass was run yet: banyan reconcile run")
                return .done
            }
            for (context, (number, certificate)) in newest.sorted(by: { $0.key < $1.key }) {
                let cases = try store?.exceptions(of: context, withClosed: false) ?? []
                if output.isJSON {
                    try terminal.line([
                        "context": .string(context), "certificate": .count(number),
                        "verdict": .string(ReconcilePage.verdict(certificate)),
                        "unresolved": .count(cases.count(where: \.state.isUnresolved)),
                        "findings": .array(Finding.groups(of: cases).map(ExceptionPage.json)),
                    ])
                    continue
                }
                try terminal.write(CertificatePage.text(certificate, terminal.paint))
                try terminal.write(ExceptionPage.text(cases))
            }
            return .done
        }
    }
}
