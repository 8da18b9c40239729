/// A moment that nobody chooses: drawn from the system's entropy.
package struct RandomMoment: Sendable {
    /// How long after its beginning a phase is hit.
    package let delay: Duration

    /// Any moment of a phase that lasts so long, each as likely as the other.
    package init<Generator: RandomNumberGenerator>(within phase: Duration, using generator: inout Generator) {
        let microseconds = max(1, Int64(phase / .microseconds(1)))
        delay = .microseconds(Int64.random(in: 0..<microseconds, using: &generator))
    }

    /// A moment drawn from the system's entropy.
    package init(within phase: Duration) {
        var generator = SystemRandomNumberGenerator()
        self.init(within: phase, using: &generator)
    }
}
