import Testing

@Suite struct HelpTests {
    private static let commands: [[String]] = [
        [], ["init"], ["plan"], ["plan", "check"], ["plan", "show"], ["plan", "diff"], ["plan", "preview"],
        ["plan", "test"], ["plan", "lineage"], ["run"], ["status"], ["why"], ["quarantine"],
        ["quarantine", "list"],
        ["quarantine", "show"], ["quarantine", "replay"], ["replay"], ["certificate"],
        ["certificate", "list"],
        ["certificate", "show"], ["certificate", "verify"], ["certificate", "issue"], ["uninstall"],
        ["reconcile"], ["reconcile", "run"], ["reconcile", "show"], ["reconcile", "watch"], ["exceptions"],
        ["exceptions", "list"],
        ["exceptions", "show"], ["exceptions", "assign"], ["exceptions", "note"], ["exceptions", "waive"],
        ["exceptions", "accept"], ["exceptions", "clear"], ["exceptions", "approve"],
        ["exceptions", "signoff"], ["repair"],
        ["repair", "plan"], ["repair", "run"],
        ["audit"], ["audit", "list"],
        ["audit", "verify"], ["audit", "export"], ["audit", "sign"],
        ["audit", "conclude"],
        ["audit", "key"], ["version"], ["simulate"], ["assess"],
    ]
    private let banyan = BanyanProgram(folder: "/tmp")

    @Test(arguments: commands) func everyCommandHasHelpWithAnExample(_ command: [String]) throws {
        let help = try banyan.start(command + ["--help"]).end()
        #expect(help.status == 0)
        #expect(help.output.contains("banyan " + command.joined(separator: " ")))
        let isGroup =
            ["plan", "quarantine", "certificate", "audit", "reconcile", "exceptions", "repair"].contains(
                command.first)
            && command.count == 1
        if !command.isEmpty { #expect(help.output.contains("Example")) }
        if !command.isEmpty, !isGroup { #expect(help.output.contains("--format")) }
    }

    @Test func theOverviewGroupsItsCommandsAndExplainsItsExitCodes() throws {
        let help = try banyan("--help").output
        for title in ["PREPARE", "RUN", "LOOK INTO RECORDS", "PROVE"] { #expect(help.contains(title)) }
        #expect(help.contains("2 refused"))
    }

    @Test func saysItsVersionInBothFormats() throws {
        #expect(try banyan("version").output.hasPrefix("banyan "))
        let object = try banyan("version", "--format", "json").objects.first
        #expect(object?["version"] as? String != nil)
        #expect(try banyan("--version").output.hasPrefix("banyan "))
    }

    @Test func writesCompletionForAShell() throws {
        let script = try banyan("--generate-completion-script", "bash")
        #expect(script.status == 0)
        #expect(script.output.contains("quarantine"))
    }

    @Test func wrongUsageExitsWithSixtyFour() throws {
        for arguments in [
            ["frobnicate"], ["status"], ["status", "plan.yaml", "--frobnicate"],
            ["run", "p", "--until", "noon"],
            ["run", "p", "--webhook", "ftp://x"], ["plan", "preview", "p", "--limit", "0"],
            ["quarantine", "show", "p"], ["version", "--format", "xml"],
        ] {
            let outcome = try banyan.start(arguments).end()
            #expect(outcome.status == 64, "\(arguments)")
            #expect(outcome.errors.contains("rror"), "\(arguments)")
            #expect(outcome.output.isEmpty, "\(arguments)")
        }
    }

    @Test func wrongUsageIsAnObjectWhenJSONIsAskedFor() throws {
        let outcome = try banyan("status", "--format", "json", "--frobnicate")
        #expect(outcome.status == 64)
        #expect(outcome.error["code"] as? String == "usage")
        #expect(outcome.error["message"] as? String != nil)
        #expect(outcome.error["hint"] as? String != nil)
    }
}
