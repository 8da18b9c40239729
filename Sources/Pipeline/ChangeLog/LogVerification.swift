/// What a walk over every record of a log found sound.
public struct LogVerification: Sendable, Equatable {
    /// Records whose checksum, number and place in the chain hold.
    public var records = 0
    /// Their bytes.
    public var bytes = 0
    /// The last of them.
    public var end = LogOffset.start
}
