import ChangeLog
import Model
import Plan

/// Does to records what can be done without the target: puts their rows into the shapes that the plan reads,
/// cuts them into steps, and translates what stands alone.
///
/// The same records give the same steps, whenever and on whichever thread. Keeps scratch memory: several
/// threads may use it, in turns.
final class RecordPreparation {
    private let context: CheckedContext
    private let shapes: ReadShapes
    private let keepsBoundaries: Bool
    private lazy var plain = context.aggregates.indices.map { PlainTranslator(context: context, index: $0) }

    /// Prepares records for a context.
    init(_ context: CheckedContext, shapes: ReadShapes) {
        self.context = context
        self.shapes = shapes
        keepsBoundaries = !context.events.isEmpty
    }

    /// The steps that records come to.
    ///
    /// - Parameters:
    ///   - records: Records that end at a transaction's end.
    ///   - isAhead: Whether to translate, too, because something else is waited for meanwhile.
    /// - Throws: `schemaChanged` when they cannot be read as the plan reads them.
    func prepare(_ records: [LogRecord], isAhead: Bool) throws -> PreparedRecords {
        let conforming = try shapes.conforming(records)
        var groups = ChangeGroup.cut(conforming, context: context.name, keepsBoundaries: keepsBoundaries)
        // Where each transaction is a step of its own, several may still be joined, which are told apart.
        if isAhead, !keepsBoundaries {
            for index in groups.indices {
                groups[index].translated = plain.map { $0?.rows(of: groups[index]) }
            }
        }
        return PreparedRecords(records: conforming, groups: groups, isAhead: isAhead)
    }
}
