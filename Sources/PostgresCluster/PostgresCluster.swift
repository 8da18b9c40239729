public import Foundation
public import PostgreSQL

/// A PostgreSQL server of one's own in a folder: made, started on a free port of the loopback interface,
/// stopped by its process, killed when that is the point.
///
/// The server does not run as root; started by root, it runs as the user `postgres` that Debian's package
/// makes, to whom the folder then belongs.
public final class PostgresCluster {
    /// Where its files are.
    public let folder: String
    /// The port that it listens on.
    public private(set) var port: Int
    private let binaries: String
    private let settings: [String: String]
    private let guardian: PostgresGuard
    private var process: Process?

    /// Makes and starts a server.
    ///
    /// - Parameters:
    ///   - folder: An empty or missing folder.
    ///   - isDurable: Whether commits are synced; a server that only a test sees can be spared it.
    ///   - settings: Further settings of the server.
    ///   - guardian: Who is let in, and how the server shows who it is.
    /// - Throws: `PostgresClusterError` when the programs are not installed or the server does not come up.
    public init(
        in folder: String, isDurable: Bool = true, settings: [String: String] = [:],
        guardian: PostgresGuard = PostgresGuard()
    ) throws {
        self.folder = folder
        self.guardian = guardian
        binaries = try Self.findBinaries()
        var all = [
            "wal_level": "logical", "max_replication_slots": "64", "max_wal_senders": "64",
            "max_connections": "200", "max_prepared_transactions": "20", "log_min_messages": "warning",
            "unix_socket_directories": "''", "listen_addresses": "'127.0.0.1'", "shared_buffers": "'128MB'",
            "track_commit_timestamp": "on", "max_wal_size": "'2GB'",
        ]
        if !isDurable {
            all["fsync"] = "off"
            all["synchronous_commit"] = "off"
            all["full_page_writes"] = "off"
        }
        self.settings = all.merging(settings) { $1 }
        port = try FreePort.find()
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        if Self.isRoot { try Self.run("/bin/chown", [Self.user, folder]) }
        var arguments = ["-D", data, "-U", Self.user, "-N", "-E", "UTF8", "--locale=C.UTF-8"]
        if let password = guardian.password {
            try write(password + "\n", to: "password")
            arguments += ["-A", "scram-sha-256", "--pwfile", folder + "/password"]
        } else {
            arguments += ["-A", "trust"]
        }
        try Self.run("\(binaries)/initdb", arguments, asServer: true)
        if let certificate = guardian.certificate {
            try write(certificate.chain, to: "data/server.crt")
            try write(certificate.key, to: "data/server.key")
        }
        try start()
    }

    /// Makes and starts a standby that follows a server, from a copy of it.
    ///
    /// - Parameters:
    ///   - primary: The server that is followed.
    ///   - folder: An empty or missing folder.
    /// - Throws: `PostgresClusterError` when it cannot be copied, or the copy does not come up.
    public init(standbyOf primary: PostgresCluster, in folder: String) throws {
        self.folder = folder
        guardian = primary.guardian
        binaries = primary.binaries
        settings = primary.settings
        port = try FreePort.find()
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        if Self.isRoot { try Self.run("/bin/chown", [Self.user, folder]) }
        try Self.run(
            "\(binaries)/pg_basebackup",
            ["-D", data, "-R", "-X", "stream", "-c", "fast", "-d", primary.address()], asServer: true)
        try start()
    }

    deinit {
        // A test that failed half-way leaves no server behind.
        if process?.isRunning == true { kill() }
    }

    private var data: String { folder + "/data" }

    /// Writes a file that only the server may read.
    private func write(_ text: String, to name: String) throws {
        let path = folder + "/" + name
        let isMade = FileManager.default.createFile(
            atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        guard isMade else { throw PostgresClusterError("\(path) cannot be written") }
        if Self.isRoot { try Self.run("/bin/chown", [Self.user, path]) }
    }

    /// The address of a database on it, for clients that wait for a machine which has much to do.
    public func address(_ database: String = "postgres") -> String {
        let password = guardian.password.map { ":" + $0 } ?? ""
        return "postgres://\(Self.user)\(password)@127.0.0.1:\(port)/\(database)?connect_timeout=60"
    }

    /// A connection to a database on it.
    public func connect(_ database: String = "postgres", purpose: PostgresConnection.Purpose = .statements)
        throws -> PostgresConnection
    {
        try PostgresConnection(
            try PostgresAddress(address(database)), application: "cluster", purpose: purpose)
    }

    /// Makes an empty database; returns its address.
    public func makeDatabase(_ name: String) throws -> String {
        try connect().execute("CREATE DATABASE \(name)")
        return address(name)
    }

    /// Starts the server and waits until it takes connections.
    public func start() throws {
        let arguments =
            ["-D", data, "-p", String(port)]
            + settings.sorted { $0.key < $1.key }.flatMap {
                ["-c", "\($0.key)=\($0.value.trimmingCharacters(in: CharacterSet(charactersIn: "'")))"]
            } + (guardian.certificate == nil ? [] : ["-c", "ssl=on"])
        let log = folder + "/server.log"
        if !FileManager.default.fileExists(atPath: log) {
            _ = FileManager.default.createFile(atPath: log, contents: nil)
        }
        let output = try FileHandle(forWritingTo: URL(filePath: log))
        try output.seekToEnd()
        let process = Self.process("\(binaries)/postgres", arguments, asServer: true)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try output.close()
        self.process = process
        try waitUntilReady(process)
    }

    /// Ends the server as its operator would: sessions are ended, everything is written.
    public func stop() throws {
        guard let process, process.isRunning else { return }
        process.interrupt()
        process.waitUntilExit()
        self.process = nil
    }

    /// Kills the server with all its processes, as a crash of the machine's kernel would not: nothing is
    /// written any more.
    public func kill() {
        guard let process else { return }
        // An immediate shutdown is the server's own way to end its children without writing anything.
        _ = Foundation.kill(process.processIdentifier, SIGQUIT)
        process.waitUntilExit()
        self.process = nil
    }

    /// Runs one of the server's programs (`pgbench`, `psql`) to its end.
    ///
    /// - Returns: What it said.
    @discardableResult
    public func run(_ program: String, _ arguments: [String]) throws -> String {
        try Self.run("\(binaries)/\(program)", arguments)
    }

    /// Starts one of the server's programs; what it says is let go.
    public func start(_ program: String, _ arguments: [String]) throws -> Process {
        let process = Self.process("\(binaries)/\(program)", arguments, asServer: false)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// What the server has said last.
    public func lastWords(_ count: Int = 20) -> String {
        // A server that has not said anything yet has no last words.
        let text = (try? String(contentsOfFile: folder + "/server.log", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(count).joined(separator: "\n")
    }

    private func waitUntilReady(_ process: Process) throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            do {
                _ = try connect()
                return
            } catch let error as PostgresError {
                guard process.isRunning, ContinuousClock.now < deadline else {
                    throw PostgresClusterError(
                        "the server in \(folder) did not come up: \(error.message)\n\(lastWords())")
                }
            }
            // Lets the server work; what ends the wait is its answer.
            Thread.sleep(forTimeInterval: 0.02)
        }
    }

    // MARK: programs

    private static let isRoot = geteuid() == 0
    private static let user = "postgres"

    private static func findBinaries() throws -> String {
        // A folder that is not there holds no version.
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let found = versions.compactMap { Int($0) }.sorted().last.map { "/usr/lib/postgresql/\($0)/bin" }
        guard let found, FileManager.default.isExecutableFile(atPath: found + "/initdb") else {
            throw PostgresClusterError(
                "no PostgreSQL server is installed under /usr/lib/postgresql: run scripts/setup, or "
                    + "`apt-get install postgresql-15`")
        }
        return found
    }

    private static func process(_ program: String, _ arguments: [String], asServer: Bool) -> Process {
        let process = Process()
        let needsUser = asServer && isRoot
        process.executableURL = URL(filePath: needsUser ? "/usr/bin/setpriv" : program)
        process.arguments =
            (needsUser ? ["--reuid", user, "--regid", user, "--init-groups", "--", program] : []) + arguments
        process.currentDirectoryURL = URL(filePath: "/")
        process.standardInput = FileHandle.nullDevice
        return process
    }

    @discardableResult
    private static func run(_ program: String, _ arguments: [String], asServer: Bool = false) throws
        -> String
    {
        let process = process(program, arguments, asServer: asServer)
        let words = Pipe()
        process.standardOutput = words
        process.standardError = words
        try process.run()
        let said = String(decoding: words.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw PostgresClusterError("\(program) failed: \(said)")
        }
        return said
    }
}
