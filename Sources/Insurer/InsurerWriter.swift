/// The people and programs that keep working on the policy administration while it is migrated.
///
/// Runs in a process of its own against a live database. Everything it chooses follows from the seed; what
/// other writers do at the same time decides what it finds. Every operation is remembered in the witness file
/// before it is committed.
package struct InsurerWriter: Sendable {
    /// How a writer works.
    package struct Settings: Sendable {
        /// The policy administration's database: a file, or an address on a server.
        package var legacy: String
        /// The witness file; a writer that is started again continues its own.
        package var witness: String
        /// The writer's name, unique among all writers and batches of one run.
        package var name = "writer"
        /// Decides everything the writer chooses.
        package var seed: UInt64 = 1
        /// Transactions a second; nil for as many as possible.
        package var rate: Double?
        /// What happens how often.
        package var mix = LiveMix.everything
        /// Stops after so many transactions; nil for when it is told to.
        package var limit: Int?
        /// So many transactions in a hundred are rolled back on purpose.
        package var rollbackPercent = 4

        /// Settings for a database and a witness file.
        package init(legacy: String, witness: String) {
            self.legacy = legacy
            self.witness = witness
        }

        func validate() throws {
            let name = self.name.utf8
            guard !name.isEmpty, name.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                throw InsurerError(.setting, "name", hint: "Use letters, digits and dashes.")
            }
            guard rate.map({ $0 > 0 && $0 <= 1_000_000 }) ?? true, (0...100).contains(rollbackPercent),
                !mix.weights.isEmpty
            else {
                throw InsurerError(.setting, "rate, rollbackPercent or mix", hint: "Use positive values.")
            }
        }
    }

    private let settings: Settings

    /// A writer that works as these settings say.
    package init(_ settings: Settings) { self.settings = settings }

    /// Works until `stop` says so, blocking the calling thread; whoever waits for it asks between two
    /// transactions.
    ///
    /// - Throws: `InsurerError` for files and settings; `SQLiteError` or `PostgresError` when the database
    ///   fails in a way that leaves an outcome unknown or that waiting cannot heal.
    @discardableResult
    package func run(until stop: () -> Bool) throws -> WriterSummary {
        try settings.validate()
        let witness = try WitnessLog(path: settings.witness)
        // A writer that continues must not repeat its choices.
        let seed = settings.seed &+ UInt64(witness.transactions) &* 0x1_0000_0001
        var shift = WriterShift(
            settings: settings, desk: try LegacyDesk(address: settings.legacy, seed: seed), witness: witness)
        var pace = Pace(rate: settings.rate)
        while !stop(), settings.limit.map({ shift.started < $0 }) ?? true {
            try shift.runTransaction(unless: stop)
            pace.wait(unless: stop)
        }
        try witness.force()
        return shift.summary
    }
}
