import ChangeLog
import Model
import TestKit

/// The embedded log on files that were changed behind its back: it never hands out a record that was not
/// written, and either all that was acknowledged is there or an error says what is not.
public final class LogTarget: FuzzTarget {
    private let written: LogWritings
    private let path: String

    /// Writes the log whose files inputs change.
    public init(folder: String) throws {
        written = try LogWritings(folder: folder)
        path = folder + "/changed"
    }

    /// The input is a list of edits, each of the main file, the write-ahead file or the witness.
    public func run(_ input: [UInt8]) throws {
        var input = FuzzInput(input)
        var files = written.files
        var isWitnessWhole = true
        while !input.isAtEnd, files.main.count < 1 << 20, files.ahead.count < 1 << 20 {
            switch input.byte() % 8 {
            case 0, 1, 2: ByteEdits.apply(&input, to: &files.main, unit: EmbeddedLogFiles.pageBytes)
            case 3, 4: ByteEdits.apply(&input, to: &files.ahead, unit: EmbeddedLogFiles.frameBytes)
            case 5: files.main = written.earlier[input.number(below: written.earlier.count)].main
            case 6: files.ahead = written.earlier[input.number(below: written.earlier.count)].ahead
            default:
                ByteEdits.apply(&input, to: &files.witness, unit: 8)
                isWitnessWhole = files.witness == written.files.witness
            }
        }
        try files.write(path)
        try Self.judge(read(), of: written, mustHoldAll: false)
        try files.write(path)
        let outcome = try reopen()
        try Self.judge(outcome, of: written, mustHoldAll: isWitnessWhole)
    }

    /// Throws when something came out that was not put in, or something is missing without a word.
    static func judge(_ outcome: LogOutcome, of written: LogWritings, mustHoldAll: Bool) throws {
        for frame in outcome.frames {
            let known =
                written.frames.indices.contains(Int(frame.offset.value) - 1)
                ? written.frames[Int(frame.offset.value) - 1] : outcome.appended
            try FuzzFinding.unless(
                known == frame.bytes, "record \(frame.offset) was never written as it is read")
        }
        let numbers = outcome.frames.map(\.offset.value)
        try FuzzFinding.unless(
            numbers == (0..<UInt64(numbers.count)).map { $0 + 1 }, "records are out of order: \(numbers)")
        guard outcome.error == nil, mustHoldAll else { return }
        let wanted = written.frames.count + (outcome.appended == nil ? 0 : 1)
        try FuzzFinding.unless(
            outcome.frames.count == wanted,
            "\(outcome.frames.count) of \(wanted) acknowledged records are there, and nothing is said")
    }

    private func log() throws -> EmbeddedLog {
        try EmbeddedLog(path: path, clock: LogWritings.clock)
    }

    /// What a reader finds that changes nothing.
    private func read() throws -> LogOutcome {
        try LogOutcome.catching { outcome in
            let reader = try log().observer()
            try outcome.read(reader)
            _ = try reader.verify()
            _ = try reader.summary()
        }
    }

    /// What is there after the log was opened for writing and has taken one record more.
    private func reopen() throws -> LogOutcome {
        try LogOutcome.catching { outcome in
            let log = try log()
            let writer = try log.writer()
            _ = try writer.checkpoint()
            let end = writer.end
            if Int(end.value) >= written.frames.count {
                _ = try writer.append(frames: [written.further], checkpoint: [9])
                outcome.appended = written.further
            }
            try outcome.read(try log.reader(named: "all", from: .start))
            try writer.close()
        }
    }
}
