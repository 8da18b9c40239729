import Demo
import Foundation
import PostgreSQL
import SQLite

/// Processes that stand still for five seconds and go on as if nothing had been.
enum HeldTrials {
    static var all: [Trial] {
        [
            Trial("held.engine") { try $0.with(.settled, holdEngine) },
            Trial("held.writer") { try $0.with(.settled, holdWriter) },
            Trial("held.both") { try $0.with(.settled, holdBoth) },
            Trial("held.legacy-server") { stages in
                try stages.withServers(.settled) { try holdServer($0, $0.folder.legacy) }
            },
            Trial("held.service-server") { stages in
                try stages.withServers(.settled) { try holdServer($0, $0.folder.service) }
            },
        ]
    }

    private static let pause = Duration.seconds(5)

    /// The engine stands still while people work.
    private static func holdEngine(_ site: Site) throws -> String {
        try begin(site, rate: 100)
        site.engine?.send(SIGSTOP)
        let end = ContinuousClock.now + pause
        while ContinuousClock.now < end { try site.waitForTransactions(10) }
        try site.requireStopped(site.engine)
        site.engine?.send(SIGCONT)
        return try finish(site)
    }

    /// A writer stands still inside its transaction: nobody else can write to legacy. The engine goes on, and
    /// another one can be started.
    private static func holdWriter(_ site: Site) throws -> String {
        try begin(site, rate: nil)
        try site.stopWriterInTransaction()
        try site.watchEngine(for: pause)
        site.engine?.end()
        site.buryEngine()
        try site.startEngine()
        try site.waitUntilFollowing()
        try site.requireStopped(site.writer)
        site.writer?.send(SIGCONT)
        return try finish(site)
    }

    /// Both stand still; the engine goes on first, then people do.
    private static func holdBoth(_ site: Site) throws -> String {
        try begin(site, rate: nil)
        try site.stopWriterInTransaction()
        site.engine?.send(SIGSTOP)
        let end = ContinuousClock.now + pause
        try Wait.until("five seconds", within: .seconds(30)) { ContinuousClock.now >= end }
        try site.requireStopped(site.engine)
        try site.requireStopped(site.writer)
        site.engine?.send(SIGCONT)
        try site.watchEngine(for: .seconds(2))
        site.writer?.send(SIGCONT)
        return try finish(site)
    }

    /// What a server runs for the engine in one database stands still while people work.
    private static func holdServer(_ site: Site, _ address: String) throws -> String {
        try begin(site, rate: 40)
        let look = try PostgresConnection(try PostgresAddress(address), application: "trial")
        let backends = try look.query(
            """
            SELECT pid FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'banyan %'
            """
        ).texts(0).compactMap { Int32($0) }
        try require(!backends.isEmpty, "the server runs nothing for the engine")
        defer { for id in backends { kill(id, SIGCONT) } }
        for id in backends { kill(id, SIGSTOP) }
        let end = ContinuousClock.now + pause
        while ContinuousClock.now < end { try site.waitForTransactions(5) }
        for id in backends {
            try require(try ProcessState(id) == .stopped, "the server's process \(id) does not stand still")
        }
        try site.requireEngine()
        for id in backends { kill(id, SIGCONT) }
        return try finish(site)
    }

    private static func begin(_ site: Site, rate: Double?) throws {
        try site.startWriter(seed: 21, rate: rate)
        try site.startEngine()
        try site.waitUntilFollowing()
        try site.waitForTransactions(20)
    }

    private static func finish(_ site: Site) throws -> String {
        try site.waitForTransactions(30)
        try site.requireEngine()
        try site.stopWriter()
        try site.stopEngine()
        return try site.settle()
    }
}

extension Site {
    /// Throws unless a signal has stopped a process.
    func requireStopped(_ process: ChildProcess?) throws {
        guard let process else { throw TrialFailure("there is no such process") }
        try require(try ProcessState(process.id) == .stopped, "\(process.name) does not stand still")
    }

    /// Stops the writer at a moment at which it holds legacy's write lock.
    func stopWriterInTransaction() throws {
        try stop(writer, when: true, locked: [folder.legacy])
    }

    /// Stops the engine at a moment at which it holds no database's write lock, so that others can go on.
    func stopEngineOutsideTransactions() throws {
        try stop(
            engine, when: false, locked: [folder.legacy, folder.service, folder.log, folder.control])
    }

    /// Stops a process again and again until some of the databases are locked, or none is.
    private func stop(_ process: ChildProcess?, when isLocked: Bool, locked paths: [String]) throws {
        let others = try paths.map {
            try SQLiteConnection(path: $0, access: .readWrite, busyMilliseconds: 0)
        }
        try Wait.until("the moment to stop a process", within: .seconds(30)) {
            guard let process, process.isRunning else { throw TrialFailure("there is no such process") }
            process.send(SIGSTOP)
            try Wait.until("a process that stands still", within: .seconds(5)) {
                try ProcessState(process.id) == .stopped
            }
            if try others.contains(where: isWriteLocked) == isLocked { return true }
            process.send(SIGCONT)
            return false
        }
    }

    private func isWriteLocked(_ connection: SQLiteConnection) throws -> Bool {
        do {
            try connection.immediate {}
            return false
        } catch let error as SQLiteError where error.isBusy {
            return true
        }
    }

    /// Lets time pass in which the engine must not give up.
    func watchEngine(for time: Duration) throws {
        let end = ContinuousClock.now + time
        try Wait.until("\(time)", within: time + .seconds(30)) {
            try requireEngine()
            return ContinuousClock.now >= end
        }
    }
}
