/// What a legacy system is like, as far as somebody has to know it before a migration begins.
public struct SourceSurvey: Sendable, Hashable {
    /// How much a finding matters.
    public enum Weight: String, Sendable, CaseIterable {
        /// It stands in the way: nothing can be captured before it is changed.
        case first
        /// It works, and can hurt: change it, or know why not.
        case change
        /// Whoever plans the migration has to know it.
        case know
        /// It is as it should be.
        case fine
    }

    /// Something that was found.
    public struct Finding: Sendable, Hashable {
        /// How much it matters.
        public var weight: Weight
        /// What was found, in words without values of rows.
        public var message: String
        /// The statement that changes it, or what a person must do; nil where nothing is to be done.
        public var remedy: String?

        /// A finding.
        public init(_ weight: Weight, _ message: String, remedy: String? = nil) {
            self.weight = weight
            self.message = message
            self.remedy = remedy
        }
    }

    /// A table that the plan reads.
    public struct Table: Sendable, Hashable {
        /// Its name as the plan spells it.
        public var name: String
        /// About how many rows it has.
        public var rows: Int
        /// Bytes with its indexes; nil where the system does not say.
        public var bytes: Int?
        /// Rows that are inserted, changed and removed in a second, on average since the system began to
        /// count; nil where it does not.
        public var writesPerSecond: Double?
        /// The names of its key's columns.
        public var key: [String]

        /// A table.
        public init(name: String, rows: Int, bytes: Int?, writesPerSecond: Double?, key: [String]) {
            self.name = name
            self.rows = rows
            self.bytes = bytes
            self.writesPerSecond = writesPerSecond
            self.key = key
        }
    }

    /// Who is connected.
    public struct Client: Sendable, Hashable {
        /// What the program calls itself; empty when it does not.
        public var application: String
        /// The role that it logs in with.
        public var role: String
        /// How many connections it has.
        public var connections: Int

        /// A client.
        public init(application: String, role: String, connections: Int) {
            self.application = application
            self.role = role
            self.connections = connections
        }
    }

    /// The system's product and version.
    public var product: String
    /// Bytes of the whole database.
    public var bytes: Int
    /// The tables that the plan reads.
    public var tables: [Table]
    /// Everything that was found, what matters most first.
    public private(set) var findings: [Finding]
    /// Who is connected now; nil where the system does not know.
    public var clients: [Client]?

    /// What was found in a system.
    public init(product: String, bytes: Int, tables: [Table], findings: [Finding], clients: [Client]?) {
        self.product = product
        self.bytes = bytes
        self.tables = tables
        let order = Weight.allCases
        self.findings = order.flatMap { weight in findings.filter { $0.weight == weight } }
        self.clients = clients
    }
}
