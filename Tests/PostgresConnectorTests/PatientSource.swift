import Capture
import Model
import TestKit

@testable import PostgresConnector

/// A source that says nothing is there only when everything that is in the server's log has been read: the
/// server sends when it gets round to it, and a test knows what was committed.
final class PatientSource: ChangeSource {
    let inner: PostgresSource
    private let confirmed: (LogLocation) throws -> Void
    private let closed: () -> Void

    init(
        _ inner: PostgresSource, confirmed: @escaping (LogLocation) throws -> Void = { _ in },
        closed: @escaping () -> Void = {}
    ) {
        self.inner = inner
        resumePoint = inner.resumePoint
        self.confirmed = confirmed
        self.closed = closed
        // A batch ends where the server says that it has nothing more.
        inner.patience = (5, 5_000)
    }

    deinit { closed() }

    /// Ends the stream, so that the slot is free as soon as the server notices.
    func close() { inner.stream = nil }

    var identity: SourceIdentity { inner.identity }
    var tables: [TableSchema] { inner.tables }
    /// What `inner` said when a read last ended a transaction, or found nothing.
    private(set) var resumePoint: ResumePoint
    var fidelity: TransactionFidelity { inner.fidelity }

    func open(after point: ResumePoint?) throws -> ResumePoint {
        resumePoint = try inner.open(after: point)
        return resumePoint
    }

    func next(byteLimit: Int) throws -> ChangeBatch? {
        let batch = try read(byteLimit: byteLimit)
        // While a read waits, the stream may move on to where there is nothing.
        if !(batch?.continues ?? false) { resumePoint = inner.resumePoint }
        return batch
    }

    private func read(byteLimit: Int) throws -> ChangeBatch? {
        let end = try inner.currentPosition()
        var batch: ChangeBatch?
        try waitUntil("the stream has reached the log's end", within: .seconds(60)) {
            if inner.resumePoint.position >= end { return true }
            batch = try inner.next(byteLimit: byteLimit)
            return batch != nil
        }
        return batch
    }

    func confirm(_ position: Position) throws {
        try inner.confirm(position)
        if let acknowledged = inner.stream?.acknowledged { try confirmed(acknowledged) }
    }

    func currentPosition() throws -> Position { try inner.currentPosition() }

    func backlog() throws -> Int { try inner.backlog() }
}
