import Capture
import Model
import PostgreSQL
import TestKit
import Testing

@testable import PostgresConnector

/// A server that stands still, or a network that delivers nothing and says nothing: noticed in time, and gone
/// on from.
@Suite struct PostgresSilenceTests {
    /// Half of the server's own limit, which is added to any patience.
    private static let serversHalf = Duration.seconds(30)
    private static let table = "CREATE TABLE t (id int PRIMARY KEY, v int)"

    @Test func aStreamThatLeadsNowhereIsGivenUpAndOpenedAgain() throws {
        let captured = try CapturedDatabase(Self.table, ["t"])
        let proxy = try TCPProxy(to: UInt16(try #require(captured.database.port)))
        defer { proxy.stop() }
        let address = try PostgresAddress(captured.database.address(port: Int(proxy.port)))
        let source = try PostgresSource(address, capture: captured.name, name: "legacy")
        source.silence = .init(asked: .milliseconds(200), broken: .seconds(2) - Self.serversHalf)
        let point = try source.open(after: nil)
        #expect(try source.next(byteLimit: 100) == nil)
        proxy.interrupt(.swallow)
        try captured.app.execute("INSERT INTO t VALUES (1, 1)")
        var failure: CaptureError?
        try waitUntil("the silence is noticed") {
            do {
                let batch = try source.next(byteLimit: 100)
                #expect(batch == nil)
            } catch let error as CaptureError {
                failure = error
            }
            return failure != nil
        }
        #expect(failure?.recovery == .retry && failure?.message.contains("said nothing") ?? false)
        // The server does not know that its reader is gone: its operator, or its own time limit, ends it.
        _ = try captured.app.query(
            "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = $1",
            [captured.name])
        #expect(try captured.open(after: point).words() == ["insert t (1, 1)"])
    }

    @Test func aQuietServerThatAnswersIsNotGivenUp() throws {
        let captured = try CapturedDatabase(Self.table, ["t"])
        let source = try captured.source()
        source.silence = .init(asked: .milliseconds(50), broken: .milliseconds(1_500) - Self.serversHalf)
        _ = try source.open(after: nil)
        let clock = ContinuousClock()
        let start = clock.now
        while clock.now - start < .seconds(4) { #expect(try source.next(byteLimit: 100) == nil) }
        try captured.app.execute("INSERT INTO t VALUES (1, 1)")
        #expect(try PatientSource(source).words() == ["insert t (1, 1)"])
    }

    @Test func aServersOwnLimitMakesItsReaderPatient() {
        let silence = ReplicationStream.Silence()
        #expect(silence.fitting(limit: 60_000).broken == .seconds(60))
        #expect(silence.fitting(limit: 300_000).broken == .seconds(180))
        #expect(silence.fitting(limit: 0).broken > .seconds(600))
    }

    @Test func aQuestionThatIsNotAnsweredInTimeEndsTheConnection() throws {
        let database = try CapturedServer.makeDatabase()
        let connection = try database.connect()
        connection.patience = .milliseconds(300)
        #expect(try connection.query("SELECT $1::int + 1", ["1"]).text(0, 0) == "2")
        try connection.execute("CREATE TABLE t (id int); INSERT INTO t VALUES (1)")
        let slow = #expect(throws: PostgresError.self) { try connection.query("SELECT pg_sleep(60)") }
        #expect(slow?.sqlState == PostgresError.connectionFailure && slow?.message.contains("0.3") ?? false)
        let gone = #expect(throws: PostgresError.self) { try connection.query("SELECT 1") }
        #expect(gone?.sqlState == PostgresError.connectionFailure)
        #expect(connection.isLost)
    }

    @Test func anErrorOfTheServerIsNoSilence() throws {
        let connection = try CapturedServer.makeDatabase().connect()
        connection.patience = .seconds(30)
        let several = #expect(throws: PostgresError.self) {
            try connection.execute("SELECT 1; SELECT 1 / 0; SELECT 2")
        }
        #expect(several?.sqlState == "22012")
        let one = #expect(throws: PostgresError.self) { try connection.query("SELECT 1 / $1::int", ["0"]) }
        #expect(one?.sqlState == "22012")
        #expect(try connection.query("SELECT 1").text(0, 0) == "1")
    }
}
