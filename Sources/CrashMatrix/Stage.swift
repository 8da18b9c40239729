import Demo
import Foundation
import Insurer

/// A state of the insurer's migration from which trials begin.
enum Stage: String, Sendable {
    /// Legacy is full of history, and no engine has ever run.
    case fresh
    /// The same with little history, for trials in which every system call takes its time.
    case small
    /// As `fresh`, under a plan that keeps applied records of the log for a second only.
    case forgetful
    /// History is in the service, some keys are set aside, and a backlog of changes waits in the journal.
    case settled

    /// Makes it.
    func make(_ site: Site) throws {
        switch self {
        case .fresh: try site.folder.prepare(policies: 900, seed: 11)
        case .small: try site.folder.prepare(policies: 80, seed: 12)
        case .forgetful:
            try site.folder.prepare(policies: 120, seed: 13)
            let plan = try String(contentsOfFile: site.folder.plan, encoding: .utf8)
            let changed = plan.replacing("retain: 30d", with: "retain: 1s")
            try require(changed != plan, "the example's plan says no more how long the log is kept")
            try Data(changed.utf8).write(to: URL(filePath: site.folder.plan))
        case .settled: try settle(site)
        }
    }

    private func settle(_ site: Site) throws {
        try site.folder.prepare(policies: 250, seed: 14)
        try site.startEngine()
        try site.startWriter(seed: 14, rate: 150)
        try site.waitForTransactions(60)
        try site.stopWriter()
        try site.stopEngine()
        try site.catchUp()
        try site.rememberPast()
        try site.startWriter(seed: 15, limit: 1_500)
        try site.waitForWriter()
    }
}
