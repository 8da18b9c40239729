package import CrashPoints

extension TargetError: CrashFailure {
    /// A store that is out of reach for a moment; right after a commit, one whose answer was lost.
    package static func ordered(at point: CrashPoint) -> TargetError {
        TargetError(
            point == .applyAfterCommit ? .ambiguous : .unavailable,
            "a failure was ordered at \(point.rawValue)",
            hint: "unset \(CrashOrder.variable) and start again")
    }
}
