import ArgumentParser
import Audit

/// Who gives an order, and why: what the audit chain keeps of it.
struct ActorOptions: ParsableArguments {
    @Option(
        name: .customLong("as"), help: ArgumentHelp("Who you are; your login without it.", valueName: "name"))
    var name: String?
    @Option(help: ArgumentHelp("Why, for the audit chain.", valueName: "text")) var because: String?

    /// As much of a text as an entry of the chain holds, in bytes.
    private static let bytesMax = 10_000

    func validate() throws {
        for (option, text) in [("--as", name), ("--because", because)] {
            guard let text else { continue }
            guard !text.isEmpty, text.utf8.count <= Self.bytesMax else {
                throw ValidationError("\(option) takes a text of 1 to \(Self.bytesMax) bytes")
            }
        }
    }

    /// Refuses an order without a reason, for what has to have one.
    func requireReason() throws {
        guard because != nil else { throw ValidationError("say why with --because") }
    }

    /// Who gives the order.
    var actor: AuditActor { .current(as: name) }
}
