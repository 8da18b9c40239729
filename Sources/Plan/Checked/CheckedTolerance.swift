/// How far two values may differ and still count as equal.
public enum CheckedTolerance: Sendable, Hashable {
    /// Not at all.
    case exact
    /// By this much, a decimal number in text.
    case number(String)
    /// By this length of time.
    case time(Duration)
}
