public import Model

/// A system as the plan declares it.
public struct SystemText: Sendable, Hashable {
    /// How to reach it; never printed when it comes from the environment.
    public enum Reach: Sendable, Hashable {
        /// The path of a SQLite file.
        case sqlite(Secret)
        /// The address of a PostgreSQL database, as libpq takes it.
        case postgres(Secret)
    }

    /// Its name.
    public var name: Located<String>
    /// How to reach it.
    public var reach: Reach
    /// How much of its log a server may keep for the migration; nil for as much as its own settings allow.
    public var retainedWAL: Located<RetentionBudget>?
    /// How its history is read; nil for one chunk at a time, whatever the server does.
    public var history: Located<HistoryReading>?

    /// The path or the address.
    public var setting: Secret {
        switch reach {
        case .sqlite(let secret), .postgres(let secret): secret
        }
    }
}
