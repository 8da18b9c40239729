import ChangeLog
import Model

/// The exam of a change log: what every implementation must do, asked of a fresh log for each question.
///
/// - Parameters:
///   - seed: What the random batches follow from.
///   - make: Makes a log on a disk of its own.
/// - Throws: `ExamFailure` with everything that was wrong.
public func exerciseChangeLog(
    seed: UInt64 = .random(in: .min ... .max), make: () throws -> any LogUnderExam
) throws {
    var findings: [String] = []
    for question in ChangeLogExam.questions {
        do {
            try question.ask(try make(), SplitMix64(seed: seed))
        } catch let failure as ExamFailure {
            findings += failure.findings.map { "\(question.name): \($0) (seed \(seed))" }
        } catch {
            findings.append("\(question.name): unexpected \(error) (seed \(seed))")
        }
    }
    if !findings.isEmpty { throw ExamFailure(findings: findings) }
}

/// The questions of the exam.
enum ChangeLogExam {
    struct Question {
        var name: String
        var ask: (any LogUnderExam, SplitMix64) throws -> Void
    }

    static var questions: [Question] { durability + reading + retention + refusals }

    /// Every record, read in steps of `byteLimit`.
    static func all(_ reader: any LogReader, after offset: LogOffset = .start, byteLimit: Int = 5_000) throws
        -> [LogRecord]
    {
        var records: [LogRecord] = []
        var last = offset
        while true {
            let step = try reader.records(after: last, byteLimit: byteLimit)
            guard let end = step.last?.offset else { return records }
            records += step
            last = end
        }
    }

    /// So many random batches.
    static func batches(_ count: Int, _ generator: inout SplitMix64) -> [ChangeBatch] {
        (0..<count).map {
            RandomBatch.make(
                using: &generator, bytes: 1 << Int.random(in: 4...15, using: &generator),
                position: UInt64($0) * 100)
        }
    }

    /// Demands that the log holds exactly these batches after `base`, numbered without gaps, and this
    /// checkpoint.
    static func expect(
        _ log: any LogUnderExam, _ batches: [ChangeBatch], base: LogOffset = .start, checkpoint: [UInt8]?,
        _ when: String
    ) throws -> any LogWriter {
        let writer = try log.openWriter()
        try demand(
            writer.end.value == base.value + UInt64(batches.count),
            "\(when): the end is \(writer.end), not \(base.value + UInt64(batches.count))")
        try demand(try writer.checkpoint() == checkpoint, "\(when): the checkpoint is not the last one")
        let records = try all(try log.openReader(named: "examiner"), after: base)
        try demand(records.map(\.batch) == batches, "\(when): the records are not those appended, in order")
        try demand(
            records.map(\.offset.value) == Array(base.value + 1..<base.value + 1 + UInt64(batches.count)),
            "\(when): the numbering has gaps")
        return writer
    }

    /// Demands that `body` throws an error of this code, and of this record.
    static func expect(
        _ code: LogError.Code, at offset: LogOffset? = nil, _ when: String, _ body: () throws -> Void
    ) throws {
        do {
            try body()
        } catch let error as LogError {
            try demand(error.code == code, "\(when): expected \(code.rawValue), got \(error)")
            if let offset {
                try demand(
                    error.offset == offset,
                    "\(when): the error names \(error.offset?.description ?? "nothing"), not \(offset)")
            }
            return
        }
        throw ExamFailure("\(when): expected \(code.rawValue), but nothing was thrown")
    }
}
