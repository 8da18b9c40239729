import ArgumentParser
import Foundation
import Glibc
import Migration

/// Writes a first plan from a legacy catalog.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write a first plan from what a legacy database says about itself.",
        discussion: """
            What could be inferred is marked `guess:`, what could not is a `question:`. Nothing is changed \
            in the database.

            Examples:
              banyan init sqlite:legacy.db
              banyan init sqlite:legacy.db --output plan.yaml --name policy-endorsements
              banyan init "$LEGACY_URL" --output plan.yaml      # postgres://user@host:port/database

            A server's address does not stand in the plan: it says ${LEGACY_URL}.
            """)

    @Argument(
        help: ArgumentHelp("The legacy system, as sqlite:FILE or postgres://…", valueName: "url"),
        completion: .file())
    var address: String
    @Option(
        name: [.short, .long], help: "Write into this file instead of the standard output.",
        completion: .file())
    var output: String?
    @Option(help: "The migration's name.") var name = "first-plan"
    @Flag(help: "Write over a file that is there already.") var force = false
    @OptionGroup var options: OutputOptions

    func run() throws {
        try options.perform { terminal in
            let text = try FirstPlan.write(address: address, name: name)
            if let output { try save(text, to: output) }
            if options.isJSON {
                try terminal.line([
                    "file": .optional(output), "questions": .count(text.ranges(of: "question:").count),
                    "guesses": .count(text.ranges(of: "guess:").count),
                    "plan": output == nil ? .string(text) : .null,
                ])
            } else if let output {
                try terminal.line(
                    "wrote \(output.escapedForTerminal); check it with: banyan plan check \(output)")
            } else {
                try terminal.write(text)
            }
            return .done
        }
    }

    private func save(_ text: String, to path: String) throws {
        // The descriptor is owned by the handle below; without --force an existing file is never opened.
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (force ? O_TRUNC : O_EXCL), 0o644)
        guard descriptor >= 0 else {
            let isThere = errno == EEXIST
            let reason = unsafe String(cString: strerror(errno))
            throw MigrationError(
                .unusableFile, "\(path) cannot be written: \(reason)",
                hint: isThere ? "name another file, or say --force" : "check the folder and its rights")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: Data(text.utf8))
    }
}
