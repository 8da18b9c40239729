import Foundation
import PostgreSQL
import PostgresCluster

/// One round of a benchmark: a legacy database, and two on the service's server that it is brought into, one
/// by Banyan and one by the peer.
struct PostgresRound {
    let name: String
    let folder: String
    let cluster: PostgresCluster
    let legacy: String
    let ours: String
    let peer: String

    /// Where the plan finds its systems.
    private var environment: [String: String] { ["LEGACY_URL": legacy, "SERVICE_URL": ours] }

    /// Runs the engine until it has caught up: seconds, and its peak memory in MB.
    func run() throws -> (seconds: Double, memory: Double) {
        let child = try runProcess(
            CommandLine.arguments[0], ["child-backfill", folder], environment: environment)
        let parts = child.output.split(separator: " ").compactMap {
            Double($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        guard parts.count == 2 else { throw BenchmarkFailure("the child said \(child.output)") }
        return (parts[0], parts[1])
    }

    /// Compares both sides once: seconds, peak memory in MB, and how many differences were found.
    func compare() throws -> (seconds: Double, memory: Double, differences: Int) {
        let child = try runProcess(
            CommandLine.arguments[0], ["child-compare", folder], environment: environment)
        let parts = child.output.split(separator: " ").compactMap {
            Double($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        guard parts.count == 3 else { throw BenchmarkFailure("the child said \(child.output)") }
        return (parts[0], parts[1], Int(parts[2]))
    }

    /// Starts an engine that follows until it is interrupted; what it says then goes into the pipe.
    func start() throws -> (engine: Process, output: Pipe) {
        let engine = Process()
        engine.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        engine.arguments = ["child-live", folder]
        engine.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        engine.standardOutput = output
        try engine.run()
        return (engine, output)
    }

    /// A connection to one of the round's databases.
    func connect(_ address: String) throws -> PostgresConnection {
        try PostgresConnection(try PostgresAddress(address), application: "bench")
    }

    /// What a query's first value is.
    func value(of sql: String, in address: String) throws -> String {
        try connect(address).query(sql).text(0, 0) ?? ""
    }

    /// Throws unless a query gives what it must.
    func demand(_ expected: String, of sql: String, in address: String) throws {
        let found = try value(of: sql, in: address)
        guard found == expected else { throw BenchmarkFailure("\(sql) gives \(found), not \(expected)") }
    }

    /// Waits until a query gives what it must.
    func wait(
        for expected: String, of sql: String, in address: String, within limit: Duration = .seconds(600)
    )
        throws
    {
        let connection = try connect(address)
        let deadline = ContinuousClock.now + limit
        while try connection.query(sql).text(0, 0) != expected {
            guard ContinuousClock.now < deadline else {
                throw BenchmarkFailure("\(sql) did not give \(expected) within \(limit)")
            }
            // Looks again without taking the servers' time.
            Thread.sleep(forTimeInterval: 0.01)
        }
    }

    // MARK: PostgreSQL's own subscription

    /// Makes a subscription to some of legacy's tables, which are there on both sides, and waits until it
    /// holds what legacy does.
    func subscribe(to tables: String) throws {
        try connect(legacy).execute("CREATE PUBLICATION bench FOR TABLE \(tables)")
        try connect(peer).execute(
            """
            CREATE SUBSCRIPTION \(name) CONNECTION '\(legacy)' PUBLICATION bench WITH (binary = true)
            """)
        try wait(
            for: "0", of: "SELECT count(*) FROM pg_subscription_rel WHERE srsubstate <> 'r'", in: peer)
    }

    /// Lets the subscription go on, or stops it.
    func setSubscription(enabled: Bool) throws {
        try connect(peer).execute("ALTER SUBSCRIPTION \(name) \(enabled ? "ENABLE" : "DISABLE")")
        let workers =
            "SELECT count(*) FROM pg_stat_subscription WHERE subname = '\(name)' AND pid IS NOT NULL"
        if !enabled { try wait(for: "0", of: workers, in: peer) }
    }

    /// Removes the subscription.
    func unsubscribe() throws { try connect(peer).execute("DROP SUBSCRIPTION \(name)") }
}
