import ChangeLog

/// What came of reading a log: records in order, then the end or an error.
struct LogOutcome {
    var frames: [LogFrame] = []
    /// The record that was appended after the log was opened.
    var appended: [UInt8]?
    var error: LogError?

    /// Runs `body`; an error of the log is an outcome, and nothing else may be thrown.
    static func catching(_ body: (inout LogOutcome) throws -> Void) throws -> LogOutcome {
        var outcome = LogOutcome()
        do {
            try body(&outcome)
        } catch let error as LogError {
            outcome.error = error
        }
        return outcome
    }

    /// Takes every record from the first on.
    mutating func read(_ reader: EmbeddedLogReader) throws {
        var last = try reader.base()
        while true {
            let found = try reader.frames(after: last, byteLimit: 1)
            guard let frame = found.last else { return }
            // The records decode: their checksums have proven that these are the bytes that were written.
            _ = try reader.records(after: last, byteLimit: 1)
            frames += found
            last = frame.offset
        }
    }
}
