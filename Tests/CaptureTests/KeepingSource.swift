import Capture
import Model

/// A source that keeps what it is told to.
final class KeepingSource: ChangeSource {
    let identity = SourceIdentity(id: "s", name: "legacy")
    let tables: [TableSchema] = []
    let fidelity = TransactionFidelity()
    var resumePoint: ResumePoint { ResumePoint(source: identity, position: .start) }
    var kept = 0
    var releases = 0
    var isRefusing = false

    func open(after point: ResumePoint?) throws -> ResumePoint { resumePoint }
    func next(byteLimit: Int) throws -> ChangeBatch? { nil }
    func confirm(_ position: Position) throws {}
    func currentPosition() throws -> Position { .start }
    func backlog() throws -> Int { 0 }
    func retention() throws -> SourceRetention? { SourceRetention(bytes: kept, room: nil) }

    func release() throws -> String? {
        if isRefusing { throw CaptureError(.unavailable, "not now", hint: "later") }
        releases += 1
        return "process 7"
    }
}
