import ChangeLog
import Foundation
import Plan

extension MigrationEngine {
    /// Waits until this engine is the one that is to work; nil where the control store gives no leases, and
    /// when the run is told to stop meanwhile.
    func takeLease(_ control: any ControlStore, _ words: WaitingWords) throws -> LeaseKeeper? {
        guard let leased = control as? any LeasedControlStore else { return nil }
        let process = ProcessInfo.processInfo
        let holder = "process \(process.processIdentifier) on \(process.hostName)"
        let place = ControlPlace(plan)
        var taken: Lease?
        var earliest = ContinuousClock.now
        while !isStopping {
            let isReached = try words.whenReachable {
                if ContinuousClock.now < earliest { return }
                switch try leased.takeLease(for: holder, lasting: options.leaseLasts) {
                case .held(let lease): taken = lease
                case .taken(let other, _):
                    words.say("\(other) runs \(plan.name); this engine takes over when that one ends")
                }
            }
            if let taken {
                if words.said != nil { try resume(leased, words) }
                words.say(nil)
                return LeaseKeeper(taken, for: holder, lasting: options.leaseLasts) { try place.openLeased() }
            }
            // Whoever works has been without the store as well, and is to have it first.
            if !isReached { earliest = ContinuousClock.now + options.leaseLasts / 2 }
            Thread.sleep(forTimeInterval: min(0.5, options.leaseLasts / .seconds(8)))
        }
        return nil
    }

    /// Asks whether an engine that has waited is still wanted; one that is not leaves the lease to others.
    private func resume(_ leased: any LeasedControlStore, _ words: WaitingWords) throws {
        do {
            try options.afterWaiting()
        } catch {
            try words.whenReachable { try leased.giveLeaseBack() }
            throw error
        }
    }

    /// Starts a capture; under a lease, as soon as an engine that has lost it lets go of the log.
    ///
    /// - Returns: False when the run is told to stop meanwhile.
    func start(_ capture: LegacyCapture, under keeper: LeaseKeeper?, _ words: WaitingWords) throws -> Bool {
        while true {
            do {
                try capture.start()
                words.say(nil)
                return true
            } catch let error as LogError where error.code == .locked && keeper != nil {
                words.say("the engine that ran \(plan.name) before still holds the log of \(capture.system)")
                try keeper?.requireLease(of: plan.name)
                if isStopping { return false }
                Thread.sleep(forTimeInterval: options.statusEvery / .seconds(1))
            }
        }
    }
}

extension LeaseKeeper {
    /// Throws when the lease is no longer kept.
    func requireLease(of migration: String) throws {
        if let failure { throw failure }
        guard isSuperseded else { return }
        throw MigrationError.superseded(migration)
    }
}
