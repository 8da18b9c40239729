public import Apply
public import Model

/// A service store in memory: what is durable of it, shared by the connections that are opened on it.
///
/// One thread. Connections are `MemoryTarget`; a fault is planned for the number of a call, counted over all
/// connections.
public final class MemoryDatabase: TargetUnderExam {
    /// What a transaction works on.
    struct State {
        var tables: [String: MemoryTable] = [:]
        var ledgers: [String: LedgerEntry] = [:]
    }

    /// What goes wrong, by the number of the call, from 1.
    public var faults: [Int: MemoryFault] = [:]
    /// Asked for what goes wrong at each call that no planned fault is for; the value says whether the call
    /// is a commit. What it throws is what the call throws, and the open transaction is gone.
    public var onCall: ((_ isCommit: Bool) throws -> MemoryFault?)?
    /// Called when a commit has taken effect, before anybody is told; the value says whether its answer had
    /// been lost before.
    public var onCommit: ((_ isLate: Bool) -> Void)?
    /// Calls so far.
    public internal(set) var calls = 0
    /// The commits that took effect.
    public internal(set) var commits = 0

    var state = State()
    /// What a commit whose answer is lost will have made of it.
    private var late: State?
    /// The connection whose transaction is open.
    var writer: ObjectIdentifier?

    /// An empty store.
    public init() {}

    /// Makes a table of the service's own.
    public func create(_ table: TableSchema) throws {
        create(table, check: nil)
    }

    /// Makes a table of the service's own with a condition that its rows must meet.
    public func create(_ table: TableSchema, check: (@Sendable ([OwnedCell]) -> Bool)?) {
        state.tables[table.name] = MemoryTable(schema: table, check: check)
    }

    /// Replaces the condition of a table.
    public func setCheck(of table: String, _ check: (@Sendable ([OwnedCell]) -> Bool)?) {
        state.tables[table]?.check = check
    }

    /// Rows in memory have a condition and no triggers.
    public let lacks: [TargetAbility: String] = [.triggers: "rows in memory have no triggers"]

    /// Is not asked for: see `lacks`.
    public func drop(from table: TableSchema, column: String, text: String) throws {
        throw ExamFailure("rows in memory have no triggers")
    }

    /// Opens a connection.
    public func open() throws -> any TargetStore { MemoryTarget(self) }

    /// Counts calls and faults from here.
    public func restartCount() {
        calls = 0
        faults = [:]
    }

    /// The committed rows of a table in key order, each as the encoded values of its columns.
    public func images(of table: String) -> [[[UInt8]]] { state.tables[table]?.images ?? [] }

    /// How many committed rows a table has.
    public func count(of table: String) -> Int { state.tables[table]?.count ?? 0 }

    /// The ledger of a stream, as it is committed.
    public func ledger(of stream: String) -> LedgerEntry? { state.ledgers[stream] }

    /// Whether a commit is under way whose answer is lost.
    public var isCommitUnderWay: Bool { late != nil }

    /// Ends every transaction that is open, as when the store restarts; a commit that is under way takes
    /// effect before or not at all.
    public func endTransactions(landing: Bool) {
        writer = nil
        if landing { land() }
        late = nil
    }

    /// Has a commit take effect, at once or when somebody asks for what it wrote.
    func commit(_ new: State, isLate: Bool) {
        if isLate { late = new } else { put(new, isLate: false) }
    }

    /// Has a commit that is under way take effect.
    func land() {
        guard let late else { return }
        self.late = nil
        put(late, isLate: true)
    }

    private func put(_ new: State, isLate: Bool) {
        state = new
        commits += 1
        onCommit?(isLate)
    }

    /// The rows of a table in key order, each as its values read.
    public func rows(of table: String) -> [[String]] {
        (state.tables[table]?.images ?? []).map { row in row.map { OwnedCell.read($0).first?.text ?? "NULL" }
        }
    }
}
