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
        while !isStopping {
            var answer: Lease.Answer?
            try words.whenReachable {
                answer = try leased.takeLease(for: holder, lasting: options.leaseLasts)
            }
            switch answer {
            case .held(let lease):
                words.say(nil)
                return LeaseKeeper(lease, lasting: options.leaseLasts) { try place.openLeased() }
            case .taken(let other, _):
                words.say("\(other) runs \(plan.name); this engine takes over when that one ends")
            // The store is out of reach: the next try comes soon.
            case nil: break
            }
            Thread.sleep(forTimeInterval: options.statusEvery / .seconds(1))
        }
        return nil
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
