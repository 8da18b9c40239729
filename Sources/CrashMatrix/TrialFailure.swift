/// What is wrong after a trial.
struct TrialFailure: Error, CustomStringConvertible {
    /// What was expected and what was found.
    var description: String

    init(_ description: String) { self.description = description }
}

/// Throws unless something holds.
func require(_ holds: Bool, _ otherwise: @autoclosure () throws -> String) throws {
    if !holds { throw TrialFailure(try otherwise()) }
}
