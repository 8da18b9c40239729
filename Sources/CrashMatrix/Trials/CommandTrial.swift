import CrashPoints
import Demo
import Foundation
import Insurer
import Migration

/// A command that carries an order, on a migration at rest.
struct CommandTrial {
    let order: CrashOrder
    let site: Site

    /// Runs `banyan certificate issue`, which fires, and runs it again.
    func runCertificate() throws -> String {
        try site.catchUp()
        // A server's log moves on by itself; only an engine that runs can say that it has seen all of it.
        if site.place == .servers { try site.startEngine() }
        try fire(["certificate", "issue", "plan.yaml"])
        let kept = try certificates()
        let expected = order.point == .certificateAfter ? 1 : 0
        try require(kept.count == expected, "\(kept.count) certificates were kept, \(expected) expected")
        let again = try site.command(["certificate", "issue", "plan.yaml"])
        try require(again.ending == .exited(0), "the second certificate: \(site.describe(again))")
        let both = try certificates()
        try require(both.count == expected + 1, "\(both.count) certificates in the end")
        try require(
            both.last?.body.previous == kept.last?.digest, "the second certificate does not name the first")
        try site.stopEngine()
        return try site.judge()
    }

    /// Runs `banyan uninstall`, which fires, and runs it again.
    func runUninstall() throws -> String {
        try site.catchUp()
        let before = try objects()
        try fire(["uninstall", "plan.yaml"])
        let expected =
            switch order.point {
            case .uninstallAfterCommit, .publicationDropped: 0
            case .slotDropped: before - 1
            default: before
            }
        try require(try objects() == expected, "\(try objects()) objects are left, \(expected) expected")
        let again = try site.command(["uninstall", "plan.yaml"])
        try require(again.ending == .exited(0), "the second uninstall: \(site.describe(again))")
        try require(try objects() == 0, "\(try objects()) objects are left in the end")
        let verdict = try Verdict(of: site.folder)
        try require(verdict.isLossless, verdict.description)
        // The application goes on as if nothing had ever been there.
        try site.startWriter(seed: 7, limit: 30)
        try site.waitForWriter()
        return "\(before) objects"
    }

    private func fire(_ arguments: [String]) throws {
        let process = try site.command(arguments, order)
        try require(process.lastLines(20).contains("crash point \(order)"), "not reached: \(order)")
        switch order.action {
        case .kill:
            try require(process.ending == .killed(SIGKILL), "the command \(site.describe(process))")
        case .error:
            try require(process.ending == .exited(1), "the command \(site.describe(process))")
            try require(
                process.lastLines().contains("a failure was ordered at \(order.point.rawValue)"),
                "the command does not say what has stopped it: \(process.lastLines())")
        case .delay, .stop:
            throw TrialFailure("a command at rest is neither delayed nor stopped")
        }
    }

    private func certificates() throws -> [Certificate] {
        try SQLiteControlStore(path: site.folder.control).certificates().map(\.certificate)
    }

    /// Objects of ours in legacy.
    private func objects() throws -> Int {
        let count =
            switch site.place {
            case .files: "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'banyan\\_%' ESCAPE '\\'"
            case .servers:
                """
                SELECT (SELECT count(*) FROM pg_publication) + (SELECT count(*) FROM pg_replication_slots
                    WHERE database = current_database())
                """
            }
        return Int(try InsurerAddress.open(site.folder.legacy).integer(count) ?? 0)
    }
}
