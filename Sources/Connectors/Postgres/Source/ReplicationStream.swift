import Capture
import Foundation
import Model
import PostgreSQL

/// The server's side of one slot as frames: reads them, and keeps the server told.
///
/// One owner, one thread. The server ends a stream of which it hears nothing (`wal_sender_timeout`, a
/// minute): it is told when it asks, when something new is durable, and in any case every ten seconds of
/// reading.
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

    /// How long the server hears nothing at most.
    private static let reportEvery = Duration.seconds(10)

    /// Starts to read a slot.
    ///
    /// - Parameters:
    ///   - connection: One for replication, on which nothing runs.
    ///   - command: What starts the stream.
    ///   - stored: Where the slot stands by the server's account.
    init(_ connection: PostgresConnection, _ command: String, stored: LogLocation) throws {
        self.connection = connection
        acknowledgement = Acknowledgement(stored: stored.value)
        lastReport = clock.now
        try connection.startStreaming(command)
    }

    /// What the server was last told.
    var acknowledged: LogLocation { LogLocation(acknowledgement.reported) }

    /// Reads the next frame; `body` is given a message of the plugin.
    ///
    /// - Parameters:
    ///   - patience: How long to wait for it, in milliseconds.
    ///   - body: Reads a message.
    /// - Returns: Nil when none came.
    func next(patience: Int32, _ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Frame? {
        if clock.now - lastReport >= Self.reportEvery { try report() }
        if let frame = unsafe try read(body) { return frame }
        guard patience > 0 else { return nil }
        connection.waitForInput(milliseconds: patience)
        return unsafe try read(body)
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
        if asksForReply { try report() }
        return frame
    }

    private func report() throws {
        // The server's time begins a year before Foundation's.
        let seconds = Date().timeIntervalSinceReferenceDate + 366 * 86_400
        try connection.sendFrame(
            ReplicationFrame.answer(confirming: acknowledgement.report(), at: Int64(seconds * 1_000_000)))
        lastReport = clock.now
    }
}
