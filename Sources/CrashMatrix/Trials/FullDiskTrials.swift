import Apply
import Demo
import Foundation
import Migration

/// A disk of a few megabytes that fills up under the engine, and has room again later.
///
/// Needs a mount namespace of its own, which `crash-matrix` enters before it begins.
enum FullDiskTrials {
    static var all: [Trial] {
        [
            Trial("disk.log") { try $0.with(.settled) { try run($0, moving: ["state"]) } },
            Trial("disk.service") {
                try $0.with(.settled) { try run($0, moving: ["endorsements.db"]) }
            },
        ]
    }

    private static func run(_ site: Site, moving files: [String]) throws -> String {
        let disk = try SmallDisk(at: site.folder.path + "/disk", megabytes: 24)
        defer { disk.unmount() }
        for file in files { try disk.take(site.folder.path + "/" + file) }
        try site.startWriter(seed: 23, rate: 100)
        try site.startEngine()
        try site.waitUntilFollowing()
        try site.waitForTransactions(20)
        try disk.fill()
        guard let engine = site.engine else { throw TrialFailure("no engine runs") }
        let began = ContinuousClock.now
        var isNoticed = false
        try Wait.until("an engine that has no room", within: .seconds(60)) {
            try site.waitForTransactions(5)
            if !engine.isRunning { return true }
            isNoticed = try isNoticed || says(try site.status())
            return isNoticed && ContinuousClock.now - began > .seconds(3)
        }
        let outcome: String
        if engine.isRunning {
            outcome = "it waited for room"
        } else {
            let words = engine.lastLines()
            try require(
                engine.ending == .exited(1) && words.contains("full") && words.contains("hint:"),
                "the engine \(site.describe(engine))")
            outcome = "it stopped by name"
        }
        try disk.empty()
        if !engine.isRunning {
            site.buryEngine()
            try site.startEngine()
        }
        try site.waitUntilFollowing()
        try site.waitForTransactions(20)
        try site.requireEngine()
        try site.stopWriter()
        try site.stopEngine()
        return try outcome + ", " + site.settle()
    }

    private static func says(_ status: MigrationStatus?) -> Bool {
        guard let status else { return false }
        return status.captures.values.contains { $0.failure != nil }
            || status.contexts.contains { $0.apply.problem != nil }
    }
}
