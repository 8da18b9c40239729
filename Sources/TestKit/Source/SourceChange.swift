import Model

/// One row change in plain values: what a test expects, or what it found in a batch.
struct SourceChange: Equatable, CustomStringConvertible {
    var operation: Operation
    var table: String
    var before: [PlainValue]?
    var after: [PlainValue]?

    var description: String {
        let images = [before, after].map { $0.map { "\($0)" } ?? "none" }
        return "\(operation) \(table) \(images[0]) -> \(images[1])"
    }
}
