import Capture
import Model

/// How the rows of one table are written down, as long as the table keeps its columns.
struct PostgresShape: Hashable, Sendable {
    /// The canonical schema; the columns are those that the stream sends, in its order.
    var schema: TableSchema
    /// How the columns' values travel.
    var forms: [PostgresForm]
    /// Whether the key is that of the index which the table's identity names.
    var isKeyedByIndex = false

    /// The shape of a table now: without the columns that the server computes, of which the stream says
    /// nothing.
    init(_ table: PostgresTable) {
        let sent = table.schema.columns.indices.filter { !table.schema.columns[$0].isGenerated }
        let places = Dictionary(uniqueKeysWithValues: sent.enumerated().map { ($1, $0) })
        func moved(_ columns: [Int]) -> [Int]? {
            let found = columns.compactMap { places[$0] }
            return found.count == columns.count ? found : nil
        }
        schema = TableSchema(
            name: table.schema.name, columns: sent.map { table.schema.columns[$0] },
            key: moved(table.schema.key) ?? [],
            uniqueKeys: table.schema.uniqueKeys.compactMap(moved),
            references: table.schema.references.compactMap { reference in
                guard let columns = moved(reference.columns) else { return nil }
                var reference = reference
                reference.columns = columns
                return reference
            })
        forms = sent.map { table.columns[$0].form }
        isKeyedByIndex = table.isKeyedByIndex
    }

    init(schema: TableSchema, forms: [PostgresForm]) {
        self.schema = schema
        self.forms = forms
    }

    /// Whether the server may send every value in binary.
    var hasBinary: Bool { forms.allSatisfy(\.hasBinary) }
}
