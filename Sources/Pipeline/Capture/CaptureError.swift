/// A failure on the way from a source to the log.
public struct CaptureError: Error, CustomStringConvertible {
    /// What happened.
    public enum Code: String, Sendable {
        /// The source is busy or out of reach for the moment.
        case unavailable
        /// The source is not the one that was captured before, or was put back to an earlier state.
        case foreign
        /// Changes after the resume position are gone.
        case gap
        /// What Banyan installed in the source is missing or was altered.
        case tampered
        /// A captured table changed its shape.
        case schemaChanged = "schema_changed"
        /// The table or column cannot be captured.
        case unsupported
        /// Something else in the source failed.
        case failed
    }

    /// What a driver does about it.
    public enum Recovery: Sendable {
        /// Try again with backoff.
        case retry
        /// The stream has a hole: read history again.
        case resnapshot
        /// Stop; a person decides.
        case halt
    }

    /// What happened.
    public var code: Code
    /// What was found, where, and what was expected; never a row value or a connection string.
    public var message: String
    /// What an operator can do.
    public var hint: String

    /// Makes an error.
    public init(_ code: Code, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// What a driver does about it.
    public var recovery: Recovery {
        switch code {
        case .unavailable: .retry
        case .foreign, .gap, .tampered: .resnapshot
        case .schemaChanged, .unsupported, .failed: .halt
        }
    }

    /// The hint, with the command that it comes to where history must be read again.
    public var advice: String {
        recovery == .resnapshot ? "\(hint) (`banyan backfill restart` orders it)" : hint
    }

    /// The code, the message and the advice.
    public var description: String { "capture \(code.rawValue): \(message). \(advice)" }
}
