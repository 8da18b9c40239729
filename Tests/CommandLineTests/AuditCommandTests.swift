import Foundation
import TestKit
import Testing

/// What the chain of everything that was done tells, and to whom.
@Suite struct AuditCommandTests {
    private let sample: SampleMigration
    private var banyan: BanyanProgram { sample.banyan }

    init() throws {
        sample = try SampleMigration()
        try sample.write(
            SampleMigration.plan.replacing(
                "\n\ncontexts:",
                with: "\naudit: { key: keys/audit.pem, heads: kept/heads.jsonl }\n\ncontexts:"),
            to: "plan.yaml")
        try sample.write("", to: "keys/none")
        try sample.write("", to: "kept/heads.jsonl")
    }

    private func makeKey() throws -> String {
        let made = try banyan("audit", "key", "keys/audit.pem", "--format", "json")
        return try #require(made.objects.first?["public"] as? String)
    }

    /// Who did what, and how far it came.
    private func list() throws -> [String] {
        try banyan("audit", "list", "plan.yaml", "--format", "json").objects.map { entry in
            ["actor", "action", "subject", "stage"].map { entry[$0] as? String ?? "" }.joined(separator: " ")
        }
    }

    @Test func everythingThatWasDoneIsInTheChainAndItIsWhole() throws {
        let key = try makeKey()
        #expect(try banyan("audit", "verify", "plan.yaml").status == 3)
        #expect(
            try banyan("run", "plan.yaml", "--until", "caught-up", "--as", "anna", "--because", "first")
                .status
                == 0)
        _ = try banyan("certificate", "issue", "plan.yaml", "--as", "ben")
        #expect(try banyan("quarantine", "replay", "plan.yaml", "--as", "cleo").status == 0)
        #expect(try banyan("replay", "plan.yaml", "--key", "1001", "--as", "cleo").status == 0)
        #expect(try banyan("backfill", "restart", "plan.yaml", "--as", "anna").status == 0)
        #expect(try banyan("uninstall", "plan.yaml", "--as", "anna").status == 0)
        // Nothing is there any more: nothing is done, and nothing recorded.
        #expect(try banyan("uninstall", "plan.yaml", "--as", "anna").status == 0)
        let done = try list()
        #expect(
            done == [
                "anna migration.run orders intended", "anna migration.run orders concluded_done",
                "ben certificate.issue sales done", "cleo quarantine.replay sales intended",
                "cleo quarantine.replay sales concluded_done", "cleo context.replay sales/1001 intended",
                "cleo context.replay sales/1001 concluded_done", "anna backfill.restart legacy intended",
                "anna backfill.restart legacy concluded_done", "anna capture.uninstall legacy intended",
                "anna capture.uninstall legacy concluded_done",
            ])
        let text = try banyan("audit", "list", "plan.yaml", "--action", "migration").output
        #expect(text.contains("first") && !text.contains("ben"))
        let verified = try banyan("audit", "verify", "plan.yaml", "--format", "json")
        #expect(verified.status == 0)
        let verdict = try #require(verified.objects.first)
        #expect(verdict["verdict"] as? String == "accept" && verdict["signed_through"] as? Int == 11)
        // Without the private key and without the store.
        try sample.write(try banyan("audit", "export", "plan.yaml").output, to: "audit.jsonl")
        let exported = try banyan(
            "audit", "verify", "audit.jsonl", "--key", key, "--heads", "kept/heads.jsonl")
        #expect(exported.status == 0 && exported.output.contains("signed to its end"))
        let stranger = try banyan(
            "audit", "verify", "audit.jsonl", "--key", String(repeating: "00", count: 32))
        #expect(stranger.status == 4 && stranger.output.contains("no head is signed with the trusted key"))
        #expect(stranger.output.contains("of other keys were left out"))
    }

    @Test func whatSomebodyChangesCutsOrWritesAnewIsFound() throws {
        _ = try makeKey()
        #expect(try sample.catchUp().status == 0)
        _ = try banyan("certificate", "issue", "plan.yaml")
        try sample.write(try banyan("audit", "export", "plan.yaml").output, to: "audit.jsonl")
        let text = try String(contentsOfFile: sample.folder.file("audit.jsonl"), encoding: .utf8)
        try sample.write(text.replacing("certificate.issue", with: "certificate.forge"), to: "forged.jsonl")
        #expect(try banyan("audit", "verify", "forged.jsonl").status == 4)
        try sample.execute(
            """
            DELETE FROM audit WHERE number = 3; UPDATE audit_chain SET entries = 2, digest =
                (SELECT json_extract(body, '$.digest') FROM audit WHERE number = 2), signed = NULL
            """, in: "state/control.db")
        let cut = try banyan("audit", "verify", "plan.yaml")
        #expect(cut.status == 4 && cut.output.contains("cut off"))
        try sample.execute("DELETE FROM audit; DELETE FROM audit_chain", in: "state/control.db")
        let gone = try banyan("audit", "verify", "plan.yaml", "--format", "json")
        #expect(gone.status == 4 && gone.output.contains("all of it is gone"))
        // A chain that is begun anew is another one.
        _ = try banyan("certificate", "issue", "plan.yaml")
        let anew = try banyan("audit", "verify", "plan.yaml")
        #expect(anew.status == 4 && anew.output.contains("another chain"))
        // A row that is damaged, or missing, is a verdict; and nothing is begun in its place.
        try sample.execute("UPDATE audit_chain SET digest = '00'", in: "state/control.db")
        #expect(try banyan("audit", "verify", "plan.yaml").status == 4)
        try sample.execute("DELETE FROM audit_chain", in: "state/control.db")
        #expect(try banyan("audit", "verify", "plan.yaml").output.contains("nothing says which chain"))
        let refused = try banyan("backfill", "restart", "plan.yaml")
        #expect(refused.status == 1 && refused.errors.contains("nothing says where the audit chain ends"))
    }

    /// The key vouches for nothing that somebody else has put there, until a person does.
    @Test func whatSomebodyPutIntoTheStoreIsNotSigned() throws {
        _ = try makeKey()
        #expect(try sample.catchUp().status == 0)
        let plan = try String(contentsOfFile: sample.folder.file("plan.yaml"), encoding: .utf8)
        // The same store through a plan that names no key, as somebody can who may write it.
        try sample.write(SampleMigration.plan, to: "unsigned.yaml")
        #expect(try banyan("certificate", "issue", "unsigned.yaml", "--as", "boss").status != 64)
        let verified = try banyan("audit", "verify", "plan.yaml")
        #expect(verified.status == 4 && verified.output.contains("is not signed"))
        let refused = try banyan("certificate", "issue", "plan.yaml")
        #expect(refused.status == 1 && refused.errors.contains("is not signed with this key"))
        let sure = try banyan(
            "audit", "sign", "plan.yaml", "--as", "anna", "--because", "asked the boss", "--format", "json")
        #expect(sure.status == 0)
        #expect(try banyan("audit", "verify", "plan.yaml").status == 0)
        #expect(try list().last == "anna audit.sign orders done")
        // Another migration's chain in its place.
        try sample.write(plan.replacing("migration: orders", with: "migration: invoices"), to: "plan.yaml")
        let other = try banyan("audit", "verify", "plan.yaml")
        #expect(other.status == 4 && other.output.contains("the chain is that of orders"))
    }

    @Test func keptEndsThatAreNotThereAreNotPassedOver() throws {
        _ = try makeKey()
        #expect(try sample.catchUp().status == 0)
        try sample.write("", to: "empty.jsonl")
        for (name, words) in [("nowhere.jsonl", "no signed end"), ("empty.jsonl", "no signed end")] {
            let refused = try banyan("audit", "verify", "plan.yaml", "--heads", name)
            #expect(refused.status == 1 && refused.errors.contains(words))
        }
        try FileManager.default.removeItem(atPath: sample.folder.file("kept/heads.jsonl"))
        let verified = try banyan("audit", "verify", "plan.yaml")
        #expect(verified.status == 4 && verified.output.contains("is not there"))
        let refused = try sample.catchUp()
        #expect(refused.status == 1 && refused.errors.contains("kept/heads.jsonl is not there"))
    }

    @Test func anActionThatWasCutShortIsConcludedByHand() throws {
        _ = try makeKey()
        #expect(try sample.catchUp().status == 0)
        let engine = try sample.startEngine()
        engine.signal(SIGKILL)
        _ = try engine.end()
        let concluded = try banyan(
            "audit", "conclude", "plan.yaml", "3", "failed", "--as", "anna", "--because", "it was killed")
        #expect(concluded.status == 0)
        #expect(try list().last == "anna migration.run orders concluded_failed")
        let again = try banyan("audit", "conclude", "plan.yaml", "3", "failed")
        #expect(again.status == 1 && again.errors.contains("entry 3 is no open intention"))
    }

    /// A run that was killed has no end in the chain until the next one finds it gone.
    @Test func aRunThatWasKilledIsConcludedByTheNextOne() throws {
        _ = try makeKey()
        let engine = try sample.startEngine("--as", "anna")
        engine.signal(SIGKILL)
        _ = try engine.end()
        #expect(try banyan("audit", "verify", "plan.yaml").output.contains("cut short: entry 1"))
        #expect(try banyan("run", "plan.yaml", "--until", "caught-up", "--as", "ben").status == 0)
        #expect(
            try list() == [
                "anna migration.run orders intended", "ben migration.run orders intended",
                "ben migration.run orders concluded_unknown", "ben migration.run orders concluded_done",
            ])
        #expect(try banyan("audit", "verify", "plan.yaml").status == 0)
    }

    @Test func whatIsRefusedIsOnRecordAsRefused() throws {
        _ = try makeKey()
        #expect(try sample.catchUp().status == 0)
        let engine = try sample.startEngine()
        let refused = try banyan("backfill", "restart", "plan.yaml", "--as", "anna")
        #expect(refused.status == 2)
        engine.signal(SIGTERM)
        #expect(try engine.end().status == 0)
        #expect(try list().contains("anna backfill.restart legacy concluded_refused"))
    }

    @Test func nothingIsDoneThatCannotBeSigned() throws {
        let refused = try sample.catchUp()
        #expect(refused.status == 1 && refused.errors.contains("keys/audit.pem cannot be read"))
        // Nothing is installed in legacy either.
        let triggers = "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'"
        #expect(try sample.value(triggers, in: "legacy.db") == "0")
        #expect(try sample.value("SELECT count(*) FROM sales_order", in: "service.db") == "0")
        _ = try makeKey()
        let again = try banyan("audit", "key", "keys/audit.pem")
        #expect(again.status == 1 && again.errors.contains("is there already"))
        try FileManager.default.removeItem(atPath: sample.folder.file("kept"))
        let unkept = try sample.catchUp()
        #expect(unkept.status == 1 && unkept.errors.contains("no head can be added to kept/heads.jsonl"))
        #expect(try sample.value(triggers, in: "legacy.db") == "0")
        #expect(try sample.value("SELECT count(*) FROM sales_order", in: "service.db") == "0")
        let verified = try banyan("audit", "verify", "plan.yaml", "--key", "keys/none")
        #expect(verified.status == 1 && verified.errors.contains("--key is neither"))
        #expect(try banyan("audit", "export", "plan.yaml").status == 1)
        #expect(try banyan("audit", "list", "plan.yaml").output == "nothing was done yet\n")
    }

    @Test func anEndIsSignedByHandWhereTheKeyIsElsewhere() throws {
        try sample.write(SampleMigration.plan, to: "plan.yaml")
        #expect(try sample.catchUp().status == 0)
        #expect(try banyan("audit", "verify", "plan.yaml").output.contains("nothing is signed"))
        let key = try makeKey()
        let signed = try banyan("audit", "sign", "plan.yaml", "--key", "keys/audit.pem")
        try sample.write(signed.output, to: "head.jsonl")
        _ = try banyan("certificate", "issue", "plan.yaml")
        let verified = try banyan("audit", "verify", "plan.yaml", "--key", key, "--heads", "head.jsonl")
        #expect(verified.status == 0 && verified.output.contains("signed through entry 3"))
    }
}
