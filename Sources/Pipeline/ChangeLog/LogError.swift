/// A failure of the log.
public struct LogError: Error, CustomStringConvertible {
    /// What happened.
    public enum Code: String, Sendable {
        /// A record's checksum does not hold, the numbering has a gap, or durable records are no longer
        /// there.
        case corrupt
        /// The record asked for has been removed by retention.
        case trimmed
        /// The log ends before a record that its reader has already seen: an older copy of the file is in
        /// place.
        case rewound
        /// The disk is full, or the file has reached its limit.
        case full
        /// Another engine holds the log.
        case locked
        /// Another writer has taken over since this one opened the log.
        case superseded
        /// A write or a sync failed; nothing may be assumed about what reached the disk.
        case failed
        /// The file belongs to another log, to another format, or is none.
        case foreign
        /// A record is larger than the log takes; nothing was attempted.
        case oversized
        /// The reader's name is not registered, or no longer.
        case unregistered
    }

    /// What a driver does about it.
    public enum Recovery: Sendable {
        /// Open the log again and try again later.
        case retry
        /// The stream has a hole: read history again.
        case resnapshot
        /// Stop; a person decides.
        case halt
    }

    /// What happened.
    public var code: Code
    /// The record that it happened to, where there is one.
    public var offset: LogOffset?
    /// What was found, where, and what was expected; never a row value.
    public var message: String
    /// What an operator can do.
    public var hint: String

    /// Makes an error.
    public init(_ code: Code, at offset: LogOffset? = nil, _ message: String, hint: String) {
        self.code = code
        self.offset = offset
        self.message = message
        self.hint = hint
    }

    /// What a driver does about it.
    public var recovery: Recovery {
        switch code {
        case .full, .locked: .retry
        case .trimmed: .resnapshot
        case .corrupt, .rewound, .superseded, .failed, .foreign, .oversized, .unregistered: .halt
        }
    }

    /// The code, the message and the hint.
    public var description: String { "log \(code.rawValue): \(message). \(hint)" }
}
