public import Capture
public import Model

/// A captured database in memory: tables, the journal of what was committed, and nothing that depends on
/// chance.
///
/// It is not `Sendable`: one thread owns it together with its sources and readers.
public final class MemoryLegacy: SourceUnderExam {
    /// One transaction as the journal keeps it.
    struct Entry {
        var transaction: SourceTransaction
        /// A digest of this transaction and of all before it.
        var evidence: UInt64
    }

    struct State {
        var tables = SourceTables([])
        var journal: [Entry] = []
        /// The last transaction that the journal forgot, without its changes: where the rest goes on.
        var forgotten = Entry(transaction: .init(position: .start, changes: []), evidence: 0)

        var last: Entry { journal.last ?? forgotten }
    }

    /// Whole transactions that are kept before what was confirmed, as systems do that forget in steps.
    static let kept = 3

    /// Who the database is.
    let identity: SourceIdentity
    private(set) var state = State()
    private var copy = State()

    /// A database without tables.
    ///
    /// - Parameter id: Tells it from every other.
    public init(id: String) {
        identity = SourceIdentity(id: id, name: "memory")
    }

    /// Nothing that an exam asks for is out of its reach.
    public var lacks: [SourceAbility: String] { [:] }

    /// Starts with empty tables.
    public func capture(_ tables: [TableSchema]) throws {
        state = State(tables: SourceTables(tables))
    }

    /// Opens a transaction; its operations take effect at its commit.
    public func begin(_ operations: [SourceOperation]) -> any SourceTransactionUnderExam {
        Transaction(self, operations)
    }

    /// Makes a source.
    public func makeSource() -> any ChangeSource { MemorySource(self) }

    /// Makes a reader of key ranges.
    public func makeReader() -> any RangeReader { makeBoundedReader() }

    /// The same reader, as what it is.
    public func makeBoundedReader() -> any BoundedRangeReader { MemoryRangeReader(self) }

    /// Drops the journal up to a position.
    public func forget(through position: Position) {
        let count = state.journal.prefix { $0.transaction.position <= position }.count
        guard count > 0 else { return }
        state.forgotten = state.journal[count - 1]
        state.journal.removeFirst(count)
    }

    /// Keeps a copy.
    public func save() { copy = state }

    /// Goes back to the copy.
    public func putBack() { state = copy }

    /// Takes note that a source needs nothing up to a position any more.
    func confirm(_ position: Position) {
        let confirmed = state.journal.prefix { $0.transaction.position <= position }
        guard confirmed.count > Self.kept else { return }
        forget(through: confirmed[confirmed.count - 1 - Self.kept].transaction.position)
    }

    private func commit(_ operations: [SourceOperation]) throws {
        var tables = state.tables
        let changes = try operations.flatMap { try tables.apply($0) }
        state.tables = tables
        guard !changes.isEmpty else { return }
        // Positions of real systems have gaps.
        let position = Position(state.last.transaction.position.value + 3 + UInt64(changes.count % 5))
        let transaction = SourceTransaction(position: position, changes: changes)
        let evidence = Self.digest("\(position) \(changes)", after: state.last.evidence)
        state.journal.append(Entry(transaction: transaction, evidence: evidence))
    }

    /// Fowler, Noll and Vo's hash (FNV-1a, 64 bits).
    private static func digest(_ text: String, after earlier: UInt64) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325 ^ earlier) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    private final class Transaction: SourceTransactionUnderExam {
        private let legacy: MemoryLegacy
        private let operations: [SourceOperation]

        init(_ legacy: MemoryLegacy, _ operations: [SourceOperation]) {
            self.legacy = legacy
            self.operations = operations
        }

        func commit() throws { try legacy.commit(operations) }

        func rollBack() {}
    }
}
