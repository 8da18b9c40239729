public import Model
public import Plan

/// Reads which parts of history a context's store holds, without taking the stream over.
public struct HistoryReader {
    private let book: HistoryBook
    private let tables: [String]

    /// A reader of one context's history.
    public init(context: CheckedContext, store: any TargetStore) throws {
        book = try HistoryBook(context: context.name, store: store)
        tables = Set(context.aggregates.flatMap(\.uses).map { context.reads[$0].table.name }).sorted()
    }

    /// The tables whose history the store does not hold to its end, or holds as it was before changes went
    /// unseen, in order.
    public var unfinished: [String] { tables.filter { !book.holds([$0]) } }

    /// The certificates of all chunks, table by table, in order.
    public func chunks() throws -> [ChunkCertificate] { try book.chunks(of: tables) }
}
