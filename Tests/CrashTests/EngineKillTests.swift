import Demo
import Foundation
import Insurer
import Migration
import TestKit
import Testing

/// The engine killed, stopped and started twice, while people work on the system that it mirrors.
@Suite(.serialized) struct EngineKillTests {
    @Test(.timeLimit(.minutes(6 * Patience.factor))) func survivesAHundredKillsUnderLoad() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("survivesAHundredKillsUnderLoad: seed \(seed)")
        var random = SplitMix64(seed: seed)
        let mirror = try MirrorUnderFire(policies: 8_000 / Patience.factor, seed: seed)
        try mirror.startEngine()
        try mirror.startWriter(seed: seed, rate: 30)
        for round in 0..<100 {
            if round > 0 { try mirror.engine.start() }
            // The first half of the kills hits the reading of history, the second what comes after.
            if round == 50 {
                try Wait.until("the whole history", within: .seconds(120)) {
                    try mirror.engine.status().map(Engine.holdsHistory) ?? false
                }
            }
            let due =
                ContinuousClock.now + .milliseconds(100)
                + RandomMoment(within: .milliseconds(500), using: &random).delay
            try Wait.until("a random moment", within: .seconds(5)) {
                _ = try mirror.engine.status()
                return ContinuousClock.now >= due
            }
            try mirror.engine.kill()
        }
        try mirror.stopWriter()
        let verdict = try mirror.settle()
        #expect(verdict.isLossless, "seed \(seed): \(verdict.description)")
        #expect(verdict.findings.unknownTransactions == 0)
        #expect(verdict.findings.acknowledgedOperations > 200)
        let kills = mirror.engine.kills
        #expect(
            kills.count == 100 && kills.count { $0.duringBackfill } > 0
                && kills.count { !$0.duringBackfill } >= 50)
    }

    @Test(.timeLimit(.minutes(2 * Patience.factor))) func goesOnWhenItWasHeldForAWhile() throws {
        let mirror = try MirrorUnderFire(seed: 3)
        try mirror.startEngine()
        try mirror.startWriter(seed: 3, rate: 60)
        for _ in 0..<3 {
            try mirror.waitForTransactions(20)
            mirror.engine.process?.send(SIGSTOP)
            try mirror.waitForTransactions(40)
            mirror.engine.process?.send(SIGCONT)
        }
        try mirror.stopWriter()
        let verdict = try mirror.settle()
        #expect(verdict.isLossless, "\(verdict.description)")
    }

    @Test(.timeLimit(.minutes(2 * Patience.factor))) func refusesASecondEngineThatChangesNothing() throws {
        let mirror = try MirrorUnderFire(seed: 5)
        try mirror.startEngine()
        try mirror.startWriter(seed: 5, rate: 40)
        try mirror.waitForTransactions(20)
        let first = try #require(mirror.engine.process)
        let epoch = try ServiceLedger(of: mirror.folder).epoch
        for _ in 0..<3 {
            let second = try ChildProcess(
                "second engine", program: try MirrorUnderFire.program(),
                arguments: ["run", mirror.folder.plan],
                output: mirror.folder.output(of: "second"))
            try Wait.until("the refusal", within: .seconds(20)) { !second.isRunning }
            #expect(second.ending == .exited(2), "\(second.lastLines())")
            #expect(first.isRunning)
        }
        #expect(try ServiceLedger(of: mirror.folder).epoch == epoch)
        let offset = try ServiceLedger(of: mirror.folder).offset
        try Wait.until("the first engine's progress", within: .seconds(20)) {
            try ServiceLedger(of: mirror.folder).offset > offset
        }
        #expect(try mirror.engine.status()?.state == "running")
        try mirror.stopWriter()
        let verdict = try mirror.settle()
        #expect(verdict.isLossless, "\(verdict.description)")
    }

    @Test(.timeLimit(.minutes(2 * Patience.factor))) func tellsWhatAKilledWriterDidAndDidNotDo() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("tellsWhatAKilledWriterDidAndDidNotDo: seed \(seed)")
        var random = SplitMix64(seed: seed)
        let mirror = try MirrorUnderFire(seed: seed)
        try mirror.startEngine()
        let kills = 6
        for _ in 0..<kills {
            try mirror.startWriter(seed: seed, rate: 200)
            try mirror.waitForTransactions(10)
            let due = ContinuousClock.now + RandomMoment(within: .milliseconds(150), using: &random).delay
            try Wait.until("a random moment", within: .seconds(5)) { ContinuousClock.now >= due }
            mirror.killWriter()
        }
        let verdict = try mirror.settle()
        #expect(verdict.isLossless, "seed \(seed): \(verdict.description)")
        // Each life of a writer leaves one transaction at the most of which nobody knows whether it happened.
        #expect(verdict.findings.unknownTransactions <= kills)
    }
}
