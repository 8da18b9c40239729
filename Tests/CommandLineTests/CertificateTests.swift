import Foundation
import Testing

@Suite(.serialized) struct CertificateTests {
    private let sample: SampleMigration
    private var banyan: BanyanProgram { sample.banyan }

    init() throws {
        sample = try SampleMigration()
        let run = try sample.catchUp()
        try #require(run.status == 0, "\(run)")
    }

    @Test func issuesListsShowsAndVerifies() throws {
        let issued = try banyan("certificate", "issue", "plan.yaml", "--format", "json")
        #expect(issued.status == 0, "\(issued)")
        #expect(issued.objects.first?["finding"] as? String == "equal")
        #expect(try banyan("certificate", "list", "plan.yaml").output.contains("equal"))
        let shown = try banyan("certificate", "show", "plan.yaml", "1", "--format", "json")
        try sample.write(shown.output, to: "certificate.json")
        let verified = try banyan("certificate", "verify", "certificate.json")
        #expect(verified.status == 0)
        #expect(verified.output == "accept\n  except order: 1 set aside, not judged\n")
        try sample.write(shown.output.replacing("sales", with: "other"), to: "forged.json")
        let forged = try banyan("certificate", "verify", "forged.json", "--format", "json")
        #expect(forged.status == 4)
        #expect(forged.objects.first?["verdict"] as? String == "reject")
        #expect((forged.objects.first?["reasons"] as? [String])?.isEmpty == false)
        try sample.write(
            shown.output.replacing("banyan-certificate-2", with: "banyan-certificate-9"), to: "later.json")
        #expect(try banyan("certificate", "verify", "later.json").status == 3)
    }

    @Test func whatIsNoCertificateIsRejectedOrSaid() throws {
        try sample.write("{}", to: "no.json")
        #expect(try banyan("certificate", "verify", "no.json").status == 4)
        let missing = try banyan("certificate", "verify", "missing.json", "--format", "json")
        #expect(missing.status == 1)
        #expect((missing.error["message"] as? String)?.contains("missing.json") == true)
        #expect(missing.error["hint"] as? String != nil)
        #expect(try banyan("certificate", "verify", ".").status == 1)
        #expect(try banyan("certificate", "show", "plan.yaml", "7").status == 1)
    }

    @Test func aDifferenceIsFoundAndHasItsOwnExitCode() throws {
        try sample.execute(
            "UPDATE sales_order SET customer = 'wrong' WHERE order_no = 1001", in: "service.db")
        let issued = try banyan("certificate", "issue", "plan.yaml", "--format", "json")
        #expect(issued.status == 4)
        #expect(issued.objects.first?["finding"] as? String == "different")
    }

    @Test func uninstallTakesEverythingOfOursOutOfLegacy() throws {
        let before = try banyan("uninstall", "plan.yaml", "--dry-run", "--format", "json")
        #expect((before.objects.first?["objects"] as? [String])?.contains("banyan_journal") == true)
        #expect(
            try sample.value("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'banyan%'", in: "legacy.db")
                != "0")
        #expect(try banyan("uninstall", "plan.yaml").status == 0)
        #expect(
            try sample.value("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'banyan%'", in: "legacy.db")
                == "0")
        let again = try banyan("uninstall", "plan.yaml")
        #expect(again.status == 0 && again.output.contains("nothing of Banyan's"))
    }
}
