/// A failure of the insurer example.
///
/// Texts name files, tables and operations, never the values of a row.
package struct InsurerError: Error, Equatable, CustomStringConvertible {
    /// What went wrong.
    package enum Code: String, Sendable {
        /// The database that was to be made holds a policy administration already.
        case alreadyGenerated = "already_generated"
        /// The database has no policies to work on.
        case emptyPortfolio = "empty_portfolio"
        /// The operating system refused to read or write a file.
        case file
        /// A witness file holds a line that no writer wrote.
        case malformedWitness = "malformed_witness"
        /// A setting is outside its range.
        case setting
    }

    /// What a driver does about it.
    package enum Recovery: Sendable {
        /// The same call may succeed later.
        case retry
        /// Nothing here can go on by itself.
        case halt
    }

    /// What went wrong.
    package var code: Code
    /// Where, and what was found there.
    package var message: String
    /// What the operator can do.
    package var hint: String

    /// Makes an error.
    package init(_ code: Code, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// What a driver does about it: none of these faults goes away by itself.
    package var recovery: Recovery { .halt }

    /// The code, the message and the hint.
    package var description: String { "\(code.rawValue): \(message). \(hint)" }
}
