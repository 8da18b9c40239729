package import CrashPoints

extension LogError: CrashFailure {
    /// A write or a sync that failed: the log must be opened again.
    package static func ordered(at point: CrashPoint) -> LogError {
        LogError(
            .failed, "a failure was ordered at \(point.rawValue)",
            hint: "Unset \(CrashOrder.variable) and start again.")
    }
}
