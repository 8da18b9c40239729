/// Scratch space for evaluations, kept by a caller who evaluates many times on one thread.
///
/// With it, macro variables need no memory of their own for each evaluation.
public struct Frame: ~Copyable {
    var locals: [Value] = []

    /// An empty frame; it grows to the largest program run in it.
    public init() {}
}
