import Model
import Plan

/// The order in which history is read: rows that others join to come first, root rows last, so that an
/// aggregate is computed once.
enum TableOrder {
    /// Every table that these contexts read, each once.
    static func history(of contexts: [CheckedContext]) -> [String] {
        var late: [String] = []
        var early: [String] = []
        for context in contexts {
            let roots = Set(context.aggregates.map(\.root))
            let used = Set(context.aggregates.flatMap(\.uses))
            for alias in used.sorted() {
                let name = context.reads[alias].table.name
                if roots.contains(alias) {
                    late.append(name)
                } else {
                    early.append(name)
                }
            }
        }
        var seen: Set<String> = []
        let last = Set(late)
        return (early.filter { !last.contains($0) } + late).filter { seen.insert($0).inserted }
    }
}
