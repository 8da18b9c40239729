/// An order that cannot be read.
package struct CrashOrderError: Error, CustomStringConvertible {
    /// What was found, and what is valid.
    package var description: String

    init(_ message: String) {
        description = "\(CrashOrder.variable): \(message)"
    }
}
