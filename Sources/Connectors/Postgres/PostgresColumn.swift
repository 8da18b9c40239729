package import Model

/// One column of a PostgreSQL table, with what the canonical schema does not say of it.
package struct PostgresColumn: Sendable, Hashable {
    /// The canonical description.
    package var schema: ColumnSchema
    /// How its values travel.
    package var form: PostgresForm
    /// Its type's object id; a domain's own.
    package var type: UInt32
    /// Its type in SQL, or the one that its domain is made of, without the length that a cast would cut to.
    package var cast: String
    /// Whether its type is the domain for values of any kind, in their canonical bytes.
    package var isCell: Bool
    /// Digits after the point that a timestamp or a time keeps; nil for six.
    package var precision: Int?
    /// How many characters of a text the column keeps; nil when it keeps all. Spaces behind them are dropped.
    package var lengthMax: Int?
    /// How many bytes of a text the column keeps, and drops the rest; nil when it keeps all.
    package var bytesMax: Int?
    /// Its type in SQL with the length or precision to which an assignment brings values; nil when it has
    /// none.
    package var modified: String?
    /// Whether large values are kept outside the row, so that an update may not send them.
    package var isToastable: Bool
    /// Whether the server numbers the column always, so that nobody may update it.
    package var isAlwaysNumbered: Bool

    /// Describes a column.
    package init(
        schema: ColumnSchema, form: PostgresForm, type: UInt32, cast: String, isCell: Bool = false,
        precision: Int? = nil, lengthMax: Int? = nil, bytesMax: Int? = nil, modified: String? = nil,
        isToastable: Bool = false, isAlwaysNumbered: Bool = false
    ) {
        self.schema = schema
        self.form = form
        self.type = type
        self.cast = cast
        self.isCell = isCell
        self.precision = precision
        self.lengthMax = lengthMax
        self.bytesMax = bytesMax
        self.modified = modified
        self.isToastable = isToastable
        self.isAlwaysNumbered = isAlwaysNumbered
    }
}
