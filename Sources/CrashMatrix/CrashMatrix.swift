import CrashPoints

/// Everything that `make crash` tries.
package enum CrashMatrix {
    /// A part that takes less than a minute.
    package static var few: [Trial] {
        CrashOrders.few.map { trial($0, .files) } + CrashOrders.fewOnServers.map { trial($0, .servers) }
            + RestartTrials.few
    }

    /// All trials, in the order in which they run.
    ///
    /// - Parameters:
    ///   - stages: Where system calls are counted before some of them are picked.
    ///   - say: Takes a line about what was picked.
    /// - Throws: Whatever kept the calls from being counted.
    package static func all(_ stages: StageStore, say: (String) -> Void) throws -> [Trial] {
        let sweep = try SyscallSweep.plan(stages, kills: 6, errors: 2)
        for line in sweep.words { say(line) }
        return points + sweep.trials.map(trial) + scenes
    }

    /// The trials with these names; a name without a number stands for all that begin with it.
    ///
    /// - Throws: What `all` throws.
    package static func trials(
        named names: [String], _ stages: StageStore, say: (String) -> Void
    ) throws -> [Trial] {
        try names.flatMap { name -> [Trial] in
            if let call = SyscallTrial(name) { return [trial(call)] }
            let isOnServers = name.hasPrefix(onServers)
            if name.hasPrefix("restart.") || name.hasPrefix(onServers + "restart.") {
                return scenes.filter { $0.name.hasPrefix(name) }
            }
            // Any order may be tried, whether the matrix has it or not.
            if let order = try? CrashOrder(isOnServers ? String(name.dropFirst(onServers.count)) : name) {
                return [trial(order, isOnServers ? .servers : .files)]
            }
            let candidates = name.hasPrefix("syscall") ? try all(stages, say: say) : points + scenes
            let exact = candidates.filter { $0.name == name }
            return exact.isEmpty ? candidates.filter { $0.name.hasPrefix(name) } : exact
        }
    }

    /// How the names of trials between databases of a server begin.
    private static let onServers = "postgres."

    private static var points: [Trial] {
        CrashPlace.allCases.flatMap { place in CrashOrders.all(in: place).map { trial($0, place) } }
    }

    private static var scenes: [Trial] {
        HeldTrials.all + TwinTrials.all + FullDiskTrials.all + RestartTrials.all
    }

    private static func trial(_ call: SyscallTrial) -> Trial {
        Trial(call.description) { stages in try stages.with(call.stage) { try call.run(on: $0) } }
    }

    private static func trial(_ order: CrashOrder, _ place: CrashPlace) -> Trial {
        let scene = CrashScene(order.point)
        let body: @Sendable (Site) throws -> String = { site in
            switch scene.victim {
            case .engine, .askedEngine: try CrashTrial(order, on: site).run()
            case .certificate: try CommandTrial(order: order, site: site).runCertificate()
            case .uninstall: try CommandTrial(order: order, site: site).runUninstall()
            }
        }
        return switch place {
        case .files: Trial(order.description) { try $0.with(scene.stage, body) }
        case .servers: Trial(onServers + order.description) { try $0.withServers(scene.stage, body) }
        }
    }
}
