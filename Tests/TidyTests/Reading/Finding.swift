/// One place that breaks a rule, and what to do instead.
struct Finding: Sendable, Hashable, CustomStringConvertible {
    /// The file, relative to the repository's root.
    var path: String
    /// The line, from 1; 0 when the finding is about the file as a whole.
    var line: Int
    /// What is wrong, then what to do.
    var message: String

    /// Records one place.
    init(_ path: String, _ line: Int, _ message: String) {
        self.path = path
        self.line = line
        self.message = message
    }

    var description: String {
        line == 0 ? "\(path): \(message)" : "\(path):\(line): \(message)"
    }
}
