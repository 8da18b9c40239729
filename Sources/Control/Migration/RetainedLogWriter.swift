import ChangeLog
import Model

/// A log writer that also lets go of what nobody needs any more, a little after every hundred appends.
final class RetainedLogWriter: LogWriter {
    private let writer: any LogWriter
    private let policy: RetentionPolicy
    private let progress: LogProgress
    private var appends = 0

    init(_ writer: any LogWriter, keep policy: RetentionPolicy, progress: LogProgress) {
        self.writer = writer
        self.policy = policy
        self.progress = progress
        progress.note(end: writer.end)
    }

    var end: LogOffset { writer.end }

    func append(_ batches: [ChangeBatch], checkpoint: [UInt8]) throws -> LogOffset {
        let end = try writer.append(batches, checkpoint: checkpoint)
        progress.note(end: end)
        appends += 1
        if appends.isMultiple(of: 100) { try writer.trim(policy) }
        return end
    }

    func checkpoint() throws -> [UInt8]? { try writer.checkpoint() }

    func trim(_ policy: RetentionPolicy) throws -> LogTrim { try writer.trim(policy) }
}
