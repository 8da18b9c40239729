public import Audit
public import Exceptions

/// Where Banyan keeps its own state between runs: mapping versions, certificates, requests to the engine and
/// its last status. One owner, one thread.
public protocol ControlStore: AuditStore, ExceptionStore {
    /// Remembers that a mapping version was used.
    func noteMapping(_ digest: String, migration: String, now: Int64) throws

    /// Keeps a certificate; returns its number, which grows from one to the next.
    func add(_ certificate: Certificate, now: Int64) throws -> Int

    /// Every certificate by number.
    func certificates() throws -> [(number: Int, certificate: Certificate)]

    /// The newest certificate of a context; nil when there is none.
    func newestCertificate(context: String) throws -> Certificate?

    /// Replaces the last status.
    func write(_ status: MigrationStatus, now: Int64) throws

    /// The last status and when it was written, in microseconds since 1970; nil before the first run.
    func status() throws -> (status: MigrationStatus, writtenAt: Int64)?

    /// Leaves a request for the engine; returns its number.
    func ask(_ request: ControlRequest) throws -> Int64

    /// The engine's answer; nil until it is there.
    func answer(to id: Int64) throws -> String?

    /// The oldest request without an answer.
    func nextRequest() throws -> ControlRequest?

    /// Answers a request.
    func finish(_ id: Int64, answer: String) throws
}
