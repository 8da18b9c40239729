/// A failure of the log.
public struct LogError: Error, CustomStringConvertible {
    /// What happened.
    public enum Code: String, Sendable {
        /// A record's checksum does not hold, or the numbering has a gap.
        case corrupt
        /// The record asked for has been removed by retention.
        case trimmed
        /// The disk is full.
        case full
        /// Another engine holds the log.
        case locked
        /// A write or a sync failed; nothing may be assumed about what reached the disk.
        case failed
        /// The file belongs to another log or another format.
        case foreign
    }

    /// What a driver does about it.
    public enum Recovery: Sendable {
        /// Try again later.
        case retry
        /// The stream has a hole: read history again.
        case resnapshot
        /// Stop; a person decides.
        case halt
    }

    /// What happened.
    public var code: Code
    /// What was found, where, and what was expected; never a row value.
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
        case .full, .locked: .retry
        case .trimmed: .resnapshot
        case .corrupt, .failed, .foreign: .halt
        }
    }

    /// The code, the message and the hint.
    public var description: String { "log \(code.rawValue): \(message). \(hint)" }
}
