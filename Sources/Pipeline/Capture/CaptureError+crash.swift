package import CrashPoints

extension CaptureError: CrashFailure {
    /// A source that is out of reach for a moment: capture opens everything again.
    package static func ordered(at point: CrashPoint) -> CaptureError {
        CaptureError(
            .unavailable, "a failure was ordered at \(point.rawValue)",
            hint: "unset \(CrashOrder.variable) and start again")
    }
}
