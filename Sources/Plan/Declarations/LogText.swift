/// The log as the plan declares it.
public struct LogText: Sendable, Hashable {
    /// The folder of the embedded log.
    public var folder: Secret
    /// How long records are kept after every reader has passed them.
    public var retain: Duration
}
