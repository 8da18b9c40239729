/// The exam of a reader of key ranges: what every implementation must do, asked of a fresh database for each
/// question.
///
/// - Parameters:
///   - make: Makes a database that nothing was done to; each has an identity of its own.
///   - seed: What the random rows and limits follow from.
/// - Returns: The questions that were left out, each with what the system says it lacks.
/// - Throws: `ExamFailure` with everything that was wrong.
@discardableResult
public func exerciseRangeReader(
    _ make: @escaping () throws -> any SourceUnderExam, seed: UInt64 = .random(in: .min ... .max)
) throws -> [String] {
    try SourceExam.ask(SourceExam.ranges, seed: seed, make: make)
}

extension SourceExam {
    static var ranges: [Question] { paging + frontiers }
}
