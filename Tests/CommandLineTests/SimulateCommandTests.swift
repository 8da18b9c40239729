import Foundation
import TestKit
import Testing

/// Histories as the command runs, tells and reports them.
@Suite struct SimulateCommandTests {
    private let folder: TemporaryFolder
    private let banyan: BanyanProgram

    init() throws {
        folder = try TemporaryFolder()
        banyan = BanyanProgram(folder: folder.path)
    }

    @Test func theSameSeedsGiveTheSameTracesInAnotherProcess() throws {
        let runs = try (1...2).map { threads in
            try banyan(
                "simulate", "--seeds", "1..150", "--threads", "\(threads)", "--format", "json",
                // Whatever depends on the order of a set or a dictionary shows itself.
                environment: threads == 1 ? ["SWIFT_DETERMINISTIC_HASHING": "1"] : [:])
        }
        let reports = runs.compactMap(\.objects.first)
        #expect(runs.allSatisfy { $0.status == 0 })
        #expect(reports.count == 2)
        #expect(reports[0]["digest"] as? String == reports[1]["digest"] as? String)
        #expect(reports[0]["steps"] as? Int == reports[1]["steps"] as? Int)
        #expect(reports[0]["histories"] as? Int == 150)
        #expect(reports[0]["violations"] as? Int == 0)
        let faults = try #require(reports[0]["faults"] as? [String: Int])
        let marks = try #require(reports[0]["marks"] as? [String: Int])
        #expect(faults["kill"] ?? 0 > 0)
        #expect(marks["event-derived"] ?? 0 > 0)
    }

    @Test func aHistoryIsToldAndSaysHowToTellItAgain() throws {
        let told = try banyan("simulate", "--replay", "7")
        #expect(told.status == 0)
        #expect(told.output.contains("engine 1 starts"))
        #expect(told.output.hasSuffix("nothing is wrong\nagain: banyan simulate --replay 7\n"))
    }

    @Test func aSituationThatIsMetTooRarelyFailsTheRun() throws {
        let run = try banyan("simulate", "--seeds", "1..3", "--marks", "1000000", "--format", "json")
        #expect(run.status == 4)
        #expect((run.objects.first?["rare_marks"] as? [String])?.isEmpty == false)
    }

    @Test func aGuardThatIsRemovedIsNoticedAndItsStoryIsShort() throws {
        func tell(_ seed: Int, _ more: String...) throws -> BanyanProgram.Outcome {
            let words = ["--replay", "\(seed)", "--without", "history-is-silent", "--format", "json"]
            return try banyan.start(["simulate"] + words + more).end(within: .seconds(180))
        }
        // Which seed notices it changes whenever choices are drawn in another way.
        let seed = try #require(try (1...100).first { try tell($0).status == 4 })
        let whole = try tell(seed)
        let told = try tell(seed, "--shrink")
        #expect(told.status == 4)
        let short = try #require(told.objects.first?["steps"] as? Int)
        let long = try #require(whole.objects.first?["steps"] as? Int)
        #expect(short < long)
        #expect(told.objects.first?["violation"] as? String == whole.objects.first?["violation"] as? String)
    }

    @Test func wrongUseNamesWhatThereIs() throws {
        for arguments in [["--seeds", "9..1"], ["--seeds", "x"], ["--shrink"], ["--only", "nothing"]] {
            let run = try banyan.start(["simulate"] + arguments).end()
            #expect(run.status == 64, "\(arguments)")
        }
        let unknown = try banyan("simulate", "--replay", "1", "--without", "nothing")
        #expect(unknown.status == 64)
        #expect(unknown.errors.contains("quarantine-keeps-order"))
    }
}
