/// What not every store can hold: one that lacks it says so, with the reason.
public enum TargetAbility: String, Sendable, Hashable, CaseIterable {
    /// Keeps a zero byte inside a text.
    case zeroInText
    /// Has triggers, which may take a row away without an error.
    case triggers
}
