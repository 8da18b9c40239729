import ArgumentParser
import Migration
import Plan

/// Compares both sides at a frontier and keeps what was found as a certificate.
struct CertificateIssueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue", abstract: "Compare both sides while they live, and certify what is found.",
        discussion: """
            Works beside a running engine, or on a migration that was stopped after it had caught up. The \
            certificate is kept whatever it says. Exit code 0 when both sides are equal, 4 when they differ, \
            3 when it could not be judged, 2 under another \
            mapping than the one that made the store.

            Examples:
              banyan certificate issue plan.yaml
              banyan certificate issue plan.yaml --context endorsement --wait 120
            """)

    @OptionGroup var pass: PassOptions

    func run() throws {
        try pass.run { issued, terminal in
            if pass.output.isJSON {
                try terminal.line(CertificatePage.json(issued.number, issued.certificate))
            } else {
                try terminal.line("certificate \(issued.number)")
                try terminal.write(CertificatePage.text(issued.certificate, terminal.paint))
            }
            return switch CertificatePage.finding(issued.certificate) {
            case "equal": .done
            case "different": .mismatch
            default: .inconclusive
            }
        }
    }
}
