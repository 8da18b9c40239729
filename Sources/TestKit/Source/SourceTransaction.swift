import Model

/// One transaction in plain values: what a test committed, or what it found in a stream.
struct SourceTransaction: Equatable {
    var position: Position
    var changes: [SourceChange]
}
