/// The forms in which Banyan explains a plan.
public enum PlanFormat: String, Sendable, CaseIterable {
    /// Columns for a terminal.
    case terminal
    /// Markdown, for reviews and pages.
    case markdown
    /// HTML, without scripts or styles.
    case html
}
