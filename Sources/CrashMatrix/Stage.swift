import Demo

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
        case .fresh: try site.prepare(policies: 900, seed: 11)
        case .small: try site.prepare(policies: 80, seed: 12)
        case .forgetful:
            try site.prepare(policies: 120, seed: 13)
            try site.rewritePlan("retain: 30d", with: "retain: 1s")
        case .settled: try settle(site)
        }
    }

    private func settle(_ site: Site) throws {
        try site.prepare(policies: 250, seed: 14)
        try site.startEngine()
        // A server's work shares the cores with everything else here.
        let isOnFiles = site.place == .files
        try site.startWriter(seed: 14, rate: isOnFiles ? 150 : 40)
        try site.waitForTransactions(60)
        try site.stopWriter()
        try site.stopEngine()
        try site.catchUp()
        try site.rememberPast()
        try site.startWriter(seed: 15, limit: isOnFiles ? 1_500 : 300)
        try site.waitForWriter()
    }
}
