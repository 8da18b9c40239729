/// Lets a closure that promises to run anywhere hold something that lives on one thread.
struct OneThread<Value>: @unchecked Sendable {
    // A history runs on one thread from its first step to its last, and so does every closure made in it.
    let value: Value
}
