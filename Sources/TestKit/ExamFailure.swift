/// What an implementation of a seam got wrong in its exam.
public struct ExamFailure: Error, CustomStringConvertible {
    /// One line for each question that was answered wrongly.
    public var findings: [String]

    /// Makes a failure with one finding.
    public init(_ finding: String) {
        findings = [finding]
    }

    /// Makes a failure with these findings.
    public init(findings: [String]) {
        self.findings = findings
    }

    /// The findings, one a line.
    public var description: String { findings.joined(separator: "\n") }
}

/// Throws the finding unless the condition holds.
func demand(_ condition: Bool, _ finding: @autoclosure () throws -> String) throws {
    guard condition else { throw ExamFailure(try finding()) }
}
