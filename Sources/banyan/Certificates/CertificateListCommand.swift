import ArgumentParser
import Migration
import Model

/// Lists the certificates that were issued.
struct CertificateListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the certificates that were issued.",
        discussion: """
            Example:
              banyan certificate list plan.yaml
            """)

    @OptionGroup var plan: PlanArgument
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let archive = try CertificateArchive(try plan.declared())
            if output.isJSON {
                for (number, certificate) in archive.certificates {
                    try terminal.line(CertificatePage.json(number, certificate))
                }
                return .done
            }
            var columns = TextColumns(right: [0, 3])
            columns.add("NUMBER", "CONTEXT", "VERDICT", "COMPARED", "FRONTIER", "MAPPING", "DIGEST")
            for (number, certificate) in archive.certificates {
                let body = certificate.body
                columns.add(
                    "\(number)", body.context.escapedForTerminal, CertificatePage.finding(certificate),
                    Measure.count(body.compared.reduce(0) { $0 + $1.compared }), "\(body.frontier)",
                    String(body.mapping.prefix(12)), String(certificate.digest.prefix(12)))
            }
            try terminal.write(
                archive.certificates.isEmpty ? "no certificate was issued yet\n" : columns.text())
            return .done
        }
    }
}
