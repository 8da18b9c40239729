/// A failure of the demonstration itself, as opposed to something wrong that it found.
package struct DemoError: Error, CustomStringConvertible {
    /// What happened.
    package enum Code: String, Sendable {
        /// A setting is outside its range.
        case setting
        /// A file or folder cannot be used.
        case file
        /// A process could not be started, or ended when it should not have.
        case process
        /// Something did not happen in time.
        case deadline
        /// Somebody asked for an end.
        case interrupted
    }

    /// What happened.
    package var code: Code
    /// Where, and what was found there.
    package var message: String
    /// What to do about it.
    package var hint: String

    /// Makes an error.
    package init(_ code: Code, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// The code, the message and the hint.
    package var description: String { "\(code.rawValue): \(message). \(hint)" }
}
