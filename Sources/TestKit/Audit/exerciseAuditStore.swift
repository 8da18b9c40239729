public import Audit

/// The exam of a store of the audit chain: what every implementation must do, asked of a fresh store for each
/// question.
///
/// - Parameter make: Makes a store without a chain, and opens it: each call of what it returns gives another
///   handle of the same store, as another process would have it.
/// - Throws: `ExamFailure` with everything that was wrong.
public func exerciseAuditStore(
    _ make: () throws -> @Sendable () throws -> any AuditStore
) throws {
    var findings: [String] = []
    for question in AuditExam.questions {
        do {
            try question.ask(try make())
        } catch let failure as ExamFailure {
            findings += failure.findings.map { "\(question.name): \($0)" }
        } catch {
            findings.append("\(question.name): unexpected \(error)")
        }
    }
    if !findings.isEmpty { throw ExamFailure(findings: findings) }
}
