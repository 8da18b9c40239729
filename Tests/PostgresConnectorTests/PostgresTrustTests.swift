import Foundation
import PostgresCluster
import TestKit
import Testing

@testable import PostgreSQL

/// Whom a connection believes, and what it says when it does not.
@Suite struct PostgresTrustTests {
    @Test(arguments: [
        ("db.example.org", true), ("127.evil.example.org", true), ("10.0.0.1", true), ("128.0.0.1", true),
        ("localhost,db.example.org", true), ("127.0.0.1", false), ("127.1.2.3", false), ("localhost", false),
        ("::1", false), ("/run/postgresql", false), ("@abstract", false), ("localhost,127.0.0.1", false),
    ])
    func anotherMachineMustProveWhoItIs(host: String, isChecked: Bool) {
        let defaults = PostgresTrust.defaults(["host": host])
        #expect((defaults["sslmode"] == "verify-full") == isChecked)
        #expect((defaults["sslrootcert"] != nil) == isChecked)
    }

    @Test func theAddressDecidesWhereBothAreGiven() {
        #expect(PostgresTrust.defaults(["host": "localhost", "hostaddr": "10.0.0.1"])["sslmode"] != nil)
        #expect(PostgresTrust.defaults(["host": "db.example.org", "hostaddr": "127.0.0.1"]).isEmpty)
    }

    /// `require` does not ask who the server is; with authorities it would.
    @Test func whatAnAddressSaysStays() {
        let said = ["host": "db.example.org", "sslmode": "require"]
        #expect(PostgresTrust.defaults(said) == ["sslmode": "require"])
        let checked = ["host": "db.example.org", "sslmode": "verify-ca"]
        #expect(PostgresTrust.defaults(checked)["sslrootcert"] != nil)
        #expect(PostgresTrust.defaults(checked.merging(["sslrootcert": "x"]) { $1 })["sslrootcert"] == nil)
    }

    /// A service file says where a server is; what it says of certificates holds, and silence is no choice.
    @Test func aServiceFileIsAskedForWhatTheAddressLeavesOut() throws {
        let folder = try TemporaryFolder("services")
        // Addresses that lead nowhere: nothing is ever said to them.
        try """
        [silent]
        host=192.0.2.1
        [outspoken]
        host=192.0.2.1
        sslmode=require
        [near]
        host=127.0.0.1
        """.write(toFile: folder.file("services"), atomically: true, encoding: .utf8)
        // No other test of this process uses a service.
        #expect(unsafe setenv("PGSERVICEFILE", folder.file("services"), 1) == 0)
        defer { unsafe unsetenv("PGSERVICEFILE") }
        #expect(PostgresTrust.defaults(["service": "silent"])["sslmode"] == "verify-full")
        #expect(PostgresTrust.defaults(["service": "outspoken"]) == ["sslmode": "require"])
        #expect(PostgresTrust.defaults(["service": "near"]).isEmpty)
    }

    /// An empty value is none, as with libpq: it neither turns a check off nor hides what else is said.
    @Test func whatIsEmptySaysNothing() throws {
        let address = try PostgresAddress("postgres://db.example.org/x?sslmode=&sslrootcert=")
        let given = Dictionary(uniqueKeysWithValues: address.parameters(forced: [:]))
        #expect(given["sslmode"] == "verify-full" && given["sslrootcert"]?.isEmpty == false)
        let named = try PostgresAddress("host='' hostaddr=10.0.0.1 sslmode=''")
        #expect(Dictionary(uniqueKeysWithValues: named.parameters(forced: [:]))["sslmode"] == "verify-full")
    }

    /// One server, because making one takes seconds: it has a certificate for `localhost` and asks for a
    /// password.
    @Test func aServerIsBelievedForItsCertificateAndARoleForItsPassword() throws {
        let folder = try TemporaryFolder("trust-postgres")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        let (ours, others) = (try Authority(in: folder, "ours"), try Authority(in: folder, "others"))
        let cluster = try PostgresCluster(
            in: folder.file("cluster"), isDurable: false,
            guardian: PostgresGuard(
                password: "canarysecret", certificate: try ours.certify("localhost", in: folder)))
        func connect(_ words: String) throws -> PostgresConnection {
            try PostgresConnection(
                try PostgresAddress("port=\(cluster.port) user=postgres dbname=postgres \(words)"),
                application: "test")
        }
        func refusal(_ words: String) throws -> PostgresError {
            let error = #expect(throws: PostgresError.self) { try connect(words) }
            return try #require(error)
        }
        let checked = "host=localhost password=canarysecret sslmode=verify-full"
        let connection = try connect("\(checked) sslrootcert=\(ours.file)")
        let encrypted = try connection.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        #expect(encrypted.isTrue(0, 0))
        let stranger = try refusal("\(checked) sslrootcert=\(others.file)")
        #expect(stranger.message.contains("certificate verify failed"), "\(stranger)")
        // The certificate is not for this name.
        let named = try refusal(
            "host=127.0.0.1 password=canarysecret sslmode=verify-full sslrootcert=\(ours.file)")
        #expect(named.message.contains("localhost"), "\(named)")
        let wrong = try refusal("host=localhost password=canarywrong")
        #expect(wrong.sqlState == "28P01" && wrong.recovery == .retry, "\(wrong)")
        let none = try refusal("host=localhost passfile=/dev/null")
        #expect(none.sqlState == "28P01", "\(none)")
        let missing = try refusal("host=localhost password=canarysecret dbname=nowhere")
        #expect(missing.sqlState == "3D000" && missing.recovery == .retry, "\(missing)")
        for error in [stranger, named, wrong, none, missing] {
            #expect(!"\(error)".contains("canary"), "\(error)")
        }
    }

    /// Somebody whose signature counts, by OpenSSL's own program.
    private struct Authority {
        let file: String
        private let key: String

        init(in folder: TemporaryFolder, _ name: String) throws {
            (file, key) = (folder.file("\(name).crt"), folder.file("\(name).key"))
            try Self.openssl(
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=\(name)",
                "-keyout",
                key, "-out", file)
        }

        /// A certificate for a host, with its key.
        func certify(_ host: String, in folder: TemporaryFolder) throws -> (chain: String, key: String) {
            let (request, own, chain) = (
                folder.file("server.csr"), folder.file("server.key"), folder.file("server.crt")
            )
            try Self.openssl(
                "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=\(host)", "-keyout", own, "-out",
                request)
            try Self.openssl(
                "x509", "-req", "-in", request, "-CA", file, "-CAkey", key, "-CAcreateserial", "-days", "2",
                "-out", chain)
            return (
                try String(contentsOfFile: chain, encoding: .utf8),
                try String(contentsOfFile: own, encoding: .utf8)
            )
        }

        private static func openssl(_ arguments: String...) throws {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/openssl")
            process.arguments = arguments
            process.standardError = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0, "openssl \(arguments[0])")
        }
    }
}
