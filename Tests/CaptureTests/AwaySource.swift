import Capture
import Model

/// A source whose server goes away and comes back.
final class AwaySource: ChangeSource {
    private let inner: any ChangeSource
    private let isAway: () -> Bool

    init(_ inner: any ChangeSource, isAway: @escaping () -> Bool) {
        self.inner = inner
        self.isAway = isAway
    }

    private func ask() throws {
        if isAway() { throw CaptureError(.unavailable, "no server answers", hint: "start it") }
    }

    var identity: SourceIdentity { inner.identity }
    var tables: [TableSchema] { inner.tables }
    var resumePoint: ResumePoint { inner.resumePoint }
    var fidelity: TransactionFidelity { inner.fidelity }

    func open(after point: ResumePoint?) throws -> ResumePoint {
        try ask()
        return try inner.open(after: point)
    }

    func next(byteLimit: Int) throws -> ChangeBatch? {
        try ask()
        return try inner.next(byteLimit: byteLimit)
    }

    func confirm(_ position: Position) throws {
        try ask()
        try inner.confirm(position)
    }

    func currentPosition() throws -> Position {
        try ask()
        return try inner.currentPosition()
    }

    func backlog() throws -> Int {
        try ask()
        return try inner.backlog()
    }
}
