/// The gates of one phase as the plan declares them.
public struct GateText: Sendable {
    /// The phase.
    public var phase: Located<String>
    /// The conditions; all must hold.
    public var conditions: [ExpressionText]
}
