import Capture
import Foundation
import Model
import PostgreSQL

/// The server's side of one slot as frames: reads them, and keeps the server told.
///
/// One owner, one thread. The server ends a stream of which it hears nothing (`wal_sender_timeout`, a
/// minute): it is told when it asks, when something new is durable, and in any case every ten seconds of
/// reading. And a server of which nothing is heard is asked for a word, and given up when none comes: a
/// connection that looks whole may lead nowhere.
final class ReplicationStream {
    /// What was read.
    enum Frame {
        case message
        /// Everything that was committed before this place of the log has been read.
        case quiet(LogLocation)
    }

    private let connection: PostgresConnection
    private var acknowledgement: Acknowledgement
    private let clock = ContinuousClock()
    private var lastReport: ContinuousClock.Instant
    private let silence: Silence
    /// Since when reading has found nothing; nil when it found something last.
    private var silentSince: ContinuousClock.Instant?
    private var askedAt: ContinuousClock.Instant?

    /// How long the server may say nothing.
    struct Silence {
        /// After this it is asked for a word.
        var asked = Duration.seconds(10)
        /// This long after it was asked the connection counts as broken.
        var broken = Duration.seconds(30)

        /// The patience that a server needs. While it works through a large transaction of which nothing is
        /// published, it reads what it is asked only when half of its own limit (`wal_sender_timeout`) is
        /// over.
        ///
        /// - Parameter limit: The server's own limit in milliseconds; 0 when it has none.
        func fitting(limit: Int64) -> Silence {
            var fitting = self
            fitting.broken += limit == 0 ? .seconds(600) : .milliseconds(limit / 2)
            return fitting
        }
    }

    /// How long the server hears nothing at most.
    private static let reportEvery = Duration.seconds(10)

    /// Starts to read a slot.
    ///
    /// - Parameters:
    ///   - connection: One for replication, on which nothing runs.
    ///   - command: What starts the stream.
    ///   - stored: Where the slot stands by the server's account.
    ///   - silence: How long the server may say nothing.
    init(
        _ connection: PostgresConnection, _ command: String, stored: LogLocation,
        silence: Silence = Silence()
    ) throws {
        self.connection = connection
        self.silence = silence
        acknowledgement = Acknowledgement(stored: stored.value)
        lastReport = clock.now
        try connection.startStreaming(command)
    }

    /// The number of the server's process that sends the stream.
    var backend: Int32 { connection.backend }

    /// What the server was last told.
    var acknowledged: LogLocation { LogLocation(acknowledgement.reported) }

    /// Tells the server how far everything is durable, when it is time to be heard again.
    func reportWhenDue() throws {
        if clock.now - lastReport >= Self.reportEvery { try report() }
    }

    /// Reads the next frame; `body` is given a message of the plugin.
    ///
    /// - Parameters:
    ///   - patience: How long to wait for it, in milliseconds.
    ///   - body: Reads a message.
    /// - Returns: Nil when none came.
    func next(patience: Int32, _ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Frame? {
        try reportWhenDue()
        if let frame = unsafe try read(body) { return frame }
        if patience > 0 {
            connection.waitForInput(milliseconds: patience)
            if let frame = unsafe try read(body) { return frame }
        }
        try endureSilence()
        return nil
    }

    /// Asks a silent server for a word, and gives up one that says none.
    private func endureSilence() throws {
        guard let silentSince else {
            silentSince = clock.now
            return
        }
        guard let askedAt else {
            guard clock.now - silentSince >= silence.asked else { return }
            try report(asksForReply: true)
            askedAt = clock.now
            return
        }
        if clock.now - askedAt >= silence.broken {
            throw PostgresError(
                sqlState: PostgresError.connectionFailure,
                message: "the server has said nothing for \(silence.broken) since it was asked",
                action: "read the replication stream")
        }
    }

    /// Takes note that everything up to a position is durable elsewhere, and tells the server.
    func confirm(_ position: Position) throws {
        acknowledgement.confirm(position)
        if acknowledgement.isDue { try report() }
    }

    private func read(_ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Frame? {
        var asksForReply = false
        let frame = unsafe try connection.receiveFrame { bytes in
            switch unsafe try ReplicationFrame(bytes) {
            case .data(let offset):
                unsafe try body(UnsafeRawBufferPointer(rebasing: bytes[offset...]))
                return Frame.message
            case .keepalive(let end, let asks):
                asksForReply = asks
                return Frame.quiet(LogLocation(end))
            }
        }
        if frame != nil { (silentSince, askedAt) = (nil, nil) }
        if asksForReply { try report() }
        return frame
    }

    private func report(asksForReply: Bool = false) throws {
        // The server's time begins a year before Foundation's.
        let seconds = Date().timeIntervalSinceReferenceDate + 366 * 86_400
        try connection.sendFrame(
            ReplicationFrame.answer(
                confirming: acknowledgement.report(), at: Int64(seconds * 1_000_000),
                asksForReply: asksForReply))
        lastReport = clock.now
    }
}
