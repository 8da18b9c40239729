import CEL
import ChangeLog
import Migration
import Model
import Plan
import SQLiteConnector
import TestKit
import Testing

@testable import FuzzTargets

/// Every law is tried on something that breaks it: a law that cannot be broken says nothing.
@Suite struct LawTests {
    @Test func aFaultOutsideTheTextIsFound() throws {
        func error(_ offset: Int, _ line: Int, _ column: Int) -> CompilationError {
            CompilationError([
                Diagnostic(.syntax, "x", at: Position(offset: offset, line: line, column: column))
            ])
        }
        try ExpressionTarget.judge(error(3, 1, 4), in: "a +")
        for wrong in [error(4, 1, 4), error(-1, 1, 1), error(0, 0, 1), error(0, 1, 0), error(3, 3, 3)] {
            #expect(throws: FuzzFinding.self) { try ExpressionTarget.judge(wrong, in: "a +") }
        }
        #expect(throws: FuzzFinding.self) { try ExpressionTarget.judge(CompilationError([]), in: "a") }
    }

    @Test func aValueOfAnotherTypeIsFound() throws {
        let list = Value([.int(1), .string("a")])
        let map = Value.map(try MapValue([(.int(1), .bool(true))]))
        let right: [(Value, CELType)] = [
            (.int(1), .int), (.null, .wrapper(.int)), (.int(1), .wrapper(.int)), (list, .list(.dyn)),
            (map, .map(.int, .bool)), (.optional(nil), .optional(.int)),
            (.optional(.int(1)), .optional(.int)),
        ]
        for (value, type) in right {
            try ExpressionTarget.judge(ExpressionOutcome(value: value, time: CPUTime()), isOf: type)
        }
        let wrong: [(Value, CELType)] = [
            (.int(1), .uint), (.null, .int), (list, .list(.int)), (map, .map(.string, .bool)),
            (map, .map(.int, .int)), (.optional(.int(1)), .optional(.string)), (.bool(true), .wrapper(.int)),
        ]
        for (value, type) in wrong {
            #expect(throws: FuzzFinding.self) {
                try ExpressionTarget.judge(ExpressionOutcome(value: value, time: CPUTime()), isOf: type)
            }
        }
    }

    @Test func aDiagnosticOutsideTheFileAndASilentRefusalAreFound() throws {
        let source = PlanSource(files: [PlanFile(name: "plan.yaml", text: "a\nbc")])
        func diagnostic(_ line: Int, _ column: Int, _ file: String = "plan.yaml", found: String = "")
            -> PlanDiagnostic
        {
            PlanDiagnostic(
                code: "x", location: SourceLocation(file: file, line: line, column: column), path: "",
                message: "m", found: found)
        }
        try PlanTarget.judge([diagnostic(2, 3)], isPlan: false, source)
        try PlanTarget.judge([], isPlan: true, source)
        let outside = [
            diagnostic(3, 1), diagnostic(2, 4), diagnostic(0, 1), diagnostic(1, 0), diagnostic(1, 1, "b"),
            diagnostic(1, 1, found: "canary-41f7"),
        ]
        for wrong in outside {
            #expect(throws: FuzzFinding.self) { try PlanTarget.judge([wrong], isPlan: false, source) }
        }
        #expect(throws: FuzzFinding.self) { try PlanTarget.judge([], isPlan: false, source) }
        #expect(throws: FuzzFinding.self) { try PlanTarget.judge([diagnostic(1, 1)], isPlan: true, source) }
    }

    @Test func aBatchThatChangesIsFound() throws {
        var generator = SplitMix64(seed: 1)
        let batch = RandomBatch.make(using: &generator)
        try RecordTarget.judge(batch, decodesAs: batch)
        var other = batch
        other.bytes[0] ^= 1
        #expect(throws: FuzzFinding.self) { try RecordTarget.judge(batch, decodesAs: other) }
    }

    @Test func aRecordThatNobodyWroteAndASilentLossAreFound() throws {
        let folder = try TemporaryFolder("fuzz", isInMemory: true)
        let written = try LogWritings(folder: folder.path)
        var outcome = LogOutcome()
        outcome.frames = written.frames.enumerated().map {
            LogFrame(offset: LogOffset(UInt64($0 + 1)), appendedAt: 0, bytes: $1)
        }
        try LogTarget.judge(outcome, of: written, mustHoldAll: true)
        var changed = outcome
        changed.frames[2].bytes[9] ^= 1
        var lost = outcome
        lost.frames.removeLast()
        var gap = outcome
        gap.frames.remove(at: 3)
        for wrong in [changed, lost, gap] {
            #expect(throws: FuzzFinding.self) { try LogTarget.judge(wrong, of: written, mustHoldAll: true) }
        }
        lost.error = LogError(.corrupt, "x", hint: "y")
        try LogTarget.judge(lost, of: written, mustHoldAll: true)
    }

    @Test func aCommitThatDidNotEndThereIsFound() throws {
        func end(_ seq: Int64, _ isExact: Bool = true) -> SQLiteCommitEnd {
            SQLiteCommitEnd(seq: seq, isExact: isExact)
        }
        try AheadLog.judge([end(1), end(4), end(9, false)], trueEnds: [1, 4, 7, 9])
        for wrong in [[end(2)], [end(1), end(7)]] {
            #expect(throws: FuzzFinding.self) { try AheadLog.judge(wrong, trueEnds: [1, 4, 7, 9]) }
        }
    }

    @Test func aChangedCertificateThatIsAcceptedIsFound() throws {
        let issued = Array(try CertificateTarget.sample().text().utf8)
        #expect(Certificate.check(text: String(decoding: issued, as: UTF8.self)) == .accept)
        try CertificateTarget.judge(edited: issued + [0x0A], of: issued, verdict: .accept)
        try CertificateTarget.judge(edited: issued + [0x20], of: issued, verdict: .reject([]))
        for (edited, verdict) in [(issued + [0x20], CertificateVerdict.accept), (issued, .reject([]))] {
            #expect(throws: FuzzFinding.self) {
                try CertificateTarget.judge(edited: edited, of: issued, verdict: verdict)
            }
        }
    }

    /// The bytes that SQLite wrote, made again frame by frame: what is made has checksums that hold.
    @Test func aLogThatIsMadeIsReadAsOneThatSQLiteWrote() throws {
        let folder = try TemporaryFolder("fuzz", isInMemory: true)
        try AheadLog(folder: folder.path).readUnchanged()
    }
}
