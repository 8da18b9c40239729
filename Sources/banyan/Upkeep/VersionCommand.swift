import ArgumentParser
import Migration

/// Says which version this is.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Say which version this is.",
        discussion: """
            Example:
              banyan version --format json
            """)

    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            if output.isJSON {
                try terminal.line([
                    "version": .string(BanyanVersion.number),
                    "certificate_format": .string(Certificate.format),
                ])
            } else {
                try terminal.line(BanyanVersion.text)
            }
            return .done
        }
    }
}
