import ArgumentParser
import Migration

/// Shows one certificate.
struct CertificateShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one certificate; with --format json, byte for byte as it was issued.",
        discussion: """
            Examples:
              banyan certificate show plan.yaml
              banyan certificate show plan.yaml 3 --format json > certificate.json
            """)

    @OptionGroup var plan: PlanArgument
    @Argument(help: "The certificate's number; the newest without it.") var number: Int?
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let certificate = try CertificateArchive(try plan.declared()).certificate(number)
            try terminal.write(
                output.isJSON
                    ? try certificate.text() + "\n" : CertificatePage.text(certificate, terminal.paint))
            return .done
        }
    }
}
