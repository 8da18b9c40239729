/// An event as the plan declares it.
public struct EventText: Sendable {
    /// Its type.
    public var name: Located<String>
    /// The aggregate's name.
    public var of: Located<String>
    /// The condition over `before` and `after`.
    public var when: ExpressionText
    /// What may happen on replay.
    public var replay: ReplaySafety
}
