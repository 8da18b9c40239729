import Plan

/// A plan that cannot run, with everything there is to say about it.
public struct PlanRefusal: Error, CustomStringConvertible {
    /// What was read.
    public var reading: PlanReading

    /// Refuses what was read.
    public init(reading: PlanReading) {
        self.reading = reading
    }

    /// How many errors there are.
    public var description: String {
        let count = reading.diagnostics.count { $0.severity == .error }
        return "\(reading.path) has \(count) error\(count == 1 ? "" : "s")"
    }
}
