import Apply
import Model

/// The exam of a target store: what every implementation must do, asked of a fresh store for each question.
///
/// - Parameter make: Makes a store without tables.
/// - Throws: `ExamFailure` with everything that was wrong.
public func exerciseTargetStore(make: () throws -> any TargetUnderExam) throws {
    var findings: [String] = []
    for question in TargetExam.questions {
        do {
            try question.ask(try TargetExam(try make()))
        } catch let failure as ExamFailure {
            findings += failure.findings.map { "\(question.name): \($0)" }
        } catch {
            findings.append("\(question.name): unexpected \(error)")
        }
    }
    if !findings.isEmpty { throw ExamFailure(findings: findings) }
}
