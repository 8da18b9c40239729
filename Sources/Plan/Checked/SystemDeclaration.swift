public import Model

/// A database that takes part.
public struct SystemDeclaration: Sendable, Hashable {
    /// How to reach it.
    public enum Connector: Sendable, Hashable {
        /// A SQLite file; the path is resolved against the plan's folder.
        case sqlite(path: String)
        /// A PostgreSQL database; the address is read by libpq and may hold a password.
        case postgres(address: String)

        /// The plan's word for it.
        public var name: String {
            switch self {
            case .sqlite: "sqlite"
            case .postgres: "postgres"
            }
        }
    }

    /// The plan's name for it.
    public var name: String
    /// How to reach it.
    public var connector: Connector
    /// The connection setting as the plan spells it (`${LEGACY_DB}`): what may be printed.
    public var shown: String
    /// How much of its log a server may keep for the migration; nil for as much as its own settings allow.
    public var retainedWAL: RetentionBudget?
    /// How its history is read.
    public var history: HistoryReading

    /// Declares a system; without `shown`, nothing of how to reach it is printed.
    public init(
        name: String, connector: Connector, shown: String = "…", retainedWAL: RetentionBudget? = nil,
        history: HistoryReading = HistoryReading()
    ) {
        self.name = name
        self.connector = connector
        self.shown = shown
        self.retainedWAL = retainedWAL
        self.history = history
    }

    /// The system that a plan's text declares.
    public init(text: SystemText) {
        let connector: Connector =
            switch text.reach {
            case .sqlite(let path): .sqlite(path: path.reveal { $0 })
            case .postgres(let address): .postgres(address: address.reveal { $0 })
            }
        self.init(
            name: text.name.value, connector: connector, shown: text.setting.shown,
            retainedWAL: text.retainedWAL?.value, history: text.history?.value ?? HistoryReading())
    }
}

extension SystemDeclaration: CustomStringConvertible, CustomReflectable {
    /// The name and the setting as the plan spells it; the value may come from the environment and is not
    /// shown.
    public var description: String { "\(name): { \(connector.name): \(shown) }" }
    /// A mirror without the connection.
    public var customMirror: Mirror { Mirror(self, children: ["name": name, "shown": shown]) }
}

extension SystemDeclaration.Connector: CustomStringConvertible, CustomReflectable {
    /// The connector's name only.
    public var description: String { name }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
