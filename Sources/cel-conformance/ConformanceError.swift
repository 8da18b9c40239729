/// Why the cases cannot be run.
struct ConformanceError: Error {
    let message: String

    init(_ message: String) { self.message = message }
}
