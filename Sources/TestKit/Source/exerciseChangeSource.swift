/// The exam of a source of changes: what every implementation must do, asked of a fresh database for each
/// question.
///
/// - Parameters:
///   - make: Makes a database that nothing was done to; each has an identity of its own.
///   - seed: What the random histories follow from.
/// - Returns: The questions that were left out, each with what the system says it lacks.
/// - Throws: `ExamFailure` with everything that was wrong.
@discardableResult
public func exerciseChangeSource(
    _ make: @escaping () throws -> any SourceUnderExam, seed: UInt64 = .random(in: .min ... .max)
) throws -> [String] {
    try SourceExam.ask(SourceExam.changes, seed: seed, make: make)
}

extension SourceExam {
    static var changes: [Question] {
        order + transactions + pulling + resumption + confirmation + refusals
    }
}
