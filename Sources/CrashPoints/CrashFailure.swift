/// An error that a place throws by itself when it is told to fail there.
package protocol CrashFailure: Error {
    /// The error of this kind that fits the place.
    static func ordered(at point: CrashPoint) -> Self
}
