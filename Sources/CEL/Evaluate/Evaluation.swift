/// The state of one run of a program.
struct Evaluation: ~Copyable {
    let bindings: any Bindings
    /// Values of macro variables, by the index the compiler gave them.
    var locals: [Value]
    var meter: Meter
}
