package import CrashPoints

extension MigrationError: CrashFailure {
    /// A part that has stopped.
    package static func ordered(at point: CrashPoint) -> MigrationError {
        MigrationError(
            .halted, "a failure was ordered at \(point.rawValue)",
            hint: "unset \(CrashOrder.variable) and start again")
    }
}
