import ArgumentParser

/// What was done, by whom and why.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Look into the chain of everything that was done, verify and export it.",
        discussion: """
            Every action that changes something is an entry: who, what, why, before, after, and the digest \
            of the entry before it. A changed, moved or missing entry breaks the chain. The chain's end is \
            signed with the key that the plan names under `audit:`; whoever keeps signed ends elsewhere \
            also sees that an end was cut off or everything written anew.

            Examples:
              banyan audit key audit.pem
              banyan audit list plan.yaml
              banyan audit verify plan.yaml
              banyan audit export plan.yaml > audit.jsonl
            """,
        subcommands: [
            AuditListCommand.self, AuditVerifyCommand.self, AuditExportCommand.self, AuditSignCommand.self,
            AuditConcludeCommand.self,
            AuditKeyCommand.self,
        ])
}
