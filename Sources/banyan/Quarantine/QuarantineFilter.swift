import Apply
import ArgumentParser

/// Which entries of the quarantine a command is about.
struct QuarantineFilter: ParsableArguments {
    @Option(help: "Only this legacy key (values joined by /).") var key: String?
    @Option(help: "Only this reason, as `quarantine list` names it.") var reason: String?

    /// Whether an entry is meant.
    func holds(_ entry: QuarantineEntry) -> Bool {
        (key == nil || key == entry.displayKey) && (reason == nil || reason == entry.reason)
    }
}
