/// How a demonstration runs.
package struct DemoSettings: Sendable {
    /// The policies of the monolith.
    package var policies = 20_000
    /// Decides the monolith and what its users do; when the engine is killed is nobody's choice.
    package var seed: UInt64 = 1
    /// Where everything is kept; nil for a temporary folder.
    package var folder: String?
    /// Whether the folder stays when the demonstration is over.
    package var isKept = false
    /// How often the engine is killed; three at least, or nothing is shown.
    package var kills = 3
    /// Transactions a second of the people at work.
    package var rate = 150.0
    /// Whether both systems are on PostgreSQL servers of the demonstration's own, and not in files.
    package var isOnServers = false
    /// The program that is run for every other process: this one.
    package var program: String

    /// The defaults.
    package init(program: String) { self.program = program }

    /// Refuses settings that make no sense, naming them.
    package func validate() throws {
        guard (10...10_000_000).contains(policies) else {
            throw DemoError(.setting, "--policies \(policies)", hint: "Ask for 10 to 10,000,000 policies.")
        }
        guard (3...1_000).contains(kills) else {
            throw DemoError(
                .setting, "--kills \(kills)", hint: "Ask for 3 to 1000 kills: with fewer nothing is shown.")
        }
        guard rate > 0, rate <= 100_000 else {
            throw DemoError(
                .setting, "--rate \(rate)", hint: "Ask for more than 0 and at most 100,000 a second.")
        }
    }
}
