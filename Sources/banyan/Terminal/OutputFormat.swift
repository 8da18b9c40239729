import ArgumentParser

/// For whom output is written.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    /// For people.
    case text
    /// For programs: one JSON object, or one a line.
    case json
}
