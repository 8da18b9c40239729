import CrashPoints
import Demo
import Foundation
import SQLite
import TestKit
import Testing

@testable import CrashMatrix

/// A part of what `make crash` does, and the matrix itself.
@Suite(.serialized) struct CrashMatrixTests {
    private let scratch: TemporaryFolder
    private let stages: StageStore

    init() throws {
        scratch = try TemporaryFolder("banyan-crash-matrix")
        // A server that some trials need runs as a user of its own, who has to reach its folder inside this
        // one.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch.path)
        stages = try StageStore(program: try MirrorUnderFire.program(), root: scratch.file("stages"))
    }

    @Test(.timeLimit(.minutes(5 * Patience.factor))) func holdsAtAFewPointsOfEveryPart() {
        let tally = TrialRunner(stages: stages, jobs: 2, say: { print($0) }).run(CrashMatrix.few)
        #expect(tally.failed.isEmpty, "\(tally.summary)")
        #expect(tally.passed == CrashMatrix.few.count)
    }

    @Test(.timeLimit(.minutes(2 * Patience.factor))) func aPointThatIsNotVisitedOftenEnoughIsAFailure() throws
    {
        let order = CrashOrder(.installBegun, hit: 2, .kill)
        let error = #expect(throws: TrialFailure.self) {
            try stages.with(.small) { try CrashTrial(order, on: $0, patience: .seconds(3)).run() }
        }
        #expect(error?.description.contains("not reached") == true, "\(error?.description ?? "")")
    }

    @Test(.timeLimit(.minutes(2 * Patience.factor))) func whatIsLostOrDoubledIsFound() throws {
        try stages.with(.small) { site in
            try site.catchUp()
            try site.rememberPast()
            try site.startEngine()
            try site.startWriter(seed: 3, rate: 200)
            try site.waitUntilFollowing()
            try site.waitForTransactions(60)
            try site.stopWriter()
            try site.stopEngine()
            _ = try site.settle()
            let lines = try String(contentsOfFile: site.folder.events, encoding: .utf8)
            try #require(!lines.isEmpty)
            let first = lines.prefix { $0 != "\n" }
            try Data((lines + first + "\n").utf8).write(to: URL(filePath: site.folder.events))
            #expect(throws: TrialFailure.self) { try site.judge() }
            try Data(lines.dropFirst(first.count + 1).utf8).write(to: URL(filePath: site.folder.events))
            #expect(throws: TrialFailure.self) { try site.judge() }
            try Data(lines.utf8).write(to: URL(filePath: site.folder.events))
            let store = try SQLiteConnection(path: site.folder.service, access: .readWrite)
            try store.execute(
                "DELETE FROM endorsement WHERE id = (SELECT id FROM endorsement ORDER BY id LIMIT 1)")
            #expect(throws: TrialFailure.self) { try site.judge() }
        }
    }

    @Test func everyPointIsKilledAtEachOfItsVisits() throws {
        for place in CrashPlace.allCases {
            let orders = CrashOrders.all(in: place)
            #expect(Set(orders).count == orders.count)
            for order in orders { #expect(try CrashOrder(order.description) == order) }
            for point in CrashPoint.allCases where place.reaches(point) {
                let scene = CrashScene(point)
                let hits = orders.filter { $0.point == point && $0.action == .kill }.map(\.hit)
                #expect(hits == scene.hits)
                // Whoever is visited less often says why.
                #expect(hits == [1, 2, 5] || scene.reason != nil, "\(point.rawValue)")
            }
        }
        for point in CrashPoint.allCases {
            #expect(CrashPlace.allCases.contains { $0.reaches(point) }, "nobody comes by \(point.rawValue)")
        }
    }

    @Test func namesWhatIsValidWhenAnOrderIsNot() throws {
        for (text, words) in [
            ("log.append.nowhere:1:kill", "log.append.before-commit"),
            ("apply.before-commit:0:kill", "from 1"),
            ("apply.before-commit:1:explode", "delay:MILLISECONDS"),
            ("apply.before-commit", "point:hit:action"),
            ("apply.before-commit:1:delay:0", "delay:MILLISECONDS"),
        ] {
            let error = #expect(throws: CrashOrderError.self) { try CrashOrder(text) }
            #expect(error?.description.contains(words) == true, "\(text)")
            let banyan = try ChildProcess(
                "banyan", program: try MirrorUnderFire.program(), arguments: ["version"],
                output: scratch.file("output"), environment: [CrashOrder.variable: text])
            try Wait.until("the refusal", within: .seconds(20)) { !banyan.isRunning }
            #expect(banyan.ending == .exited(64))
        }
    }
}
