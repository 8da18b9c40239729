import ArgumentParser

/// Evidence that both sides were equal.
struct CertificateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificate", abstract: "Issue, list and verify evidence that both sides were equal.",
        discussion: """
            Examples:
              banyan certificate issue plan.yaml
              banyan certificate show plan.yaml 1 > certificate.json
              banyan certificate verify certificate.json
            """,
        subcommands: [
            CertificateListCommand.self, CertificateShowCommand.self, CertificateVerifyCommand.self,
            CertificateIssueCommand.self,
        ])
}
