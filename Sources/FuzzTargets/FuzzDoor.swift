/// The doors that are fuzzed, by the names of their programs, corpora and findings.
public enum FuzzDoor: String, CaseIterable, Sendable {
    /// Expressions: from a source text to a value.
    case expressions
    /// Plans: from a YAML text to a checked plan.
    case plans
    /// Encoded batches and checkpoints.
    case records
    /// The embedded log: files that a crash, a disk or a hand has changed.
    case log
    /// What the SQLite connector reads: the write-ahead log and the journal.
    case journal
    /// Certificates.
    case certificates

    /// The largest input that makes sense.
    public var byteLimit: Int {
        switch self {
        case .expressions: 2 << 10
        case .plans: 64 << 10
        case .records, .journal: 8 << 10
        case .log: 1 << 10
        case .certificates: 4 << 10
        }
    }

    /// The target behind the door.
    ///
    /// - Parameter folder: Where it may keep files; it is its alone.
    public func target(folder: String) throws -> any FuzzTarget {
        switch self {
        case .expressions: try ExpressionTarget()
        case .plans: try PlanTarget(folder: folder)
        case .records: RecordTarget()
        case .log: try LogTarget(folder: folder)
        case .journal: try JournalTarget(folder: folder)
        case .certificates: try CertificateTarget()
        }
    }
}
