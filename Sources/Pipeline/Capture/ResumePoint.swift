public import Model

/// Where a stream goes on after a restart, with what the source must still show there.
public struct ResumePoint: Sendable, Hashable, Codable {
    /// The source that the position belongs to.
    public var source: SourceIdentity
    /// The end of a transaction; everything up to it is durable in the log.
    public var position: Position
    /// What the source holds at this position, in a form that only the source reads: a restored database
    /// shows something else.
    public var evidence: String

    /// Names a point of a source's stream.
    public init(source: SourceIdentity, position: Position, evidence: String = "") {
        self.source = source
        self.position = position
        self.evidence = evidence
    }
}
