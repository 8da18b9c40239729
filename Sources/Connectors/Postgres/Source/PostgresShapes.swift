import Capture
import Model
import PostgreSQL

/// The captured tables in every shape that the stream has shown: rows refer to a shape by its place.
struct PostgresShapes {
    /// What rows of one relation are.
    struct Relation {
        var message: PgoutputRelation
        /// The shape's place.
        var shape: Int
    }

    /// What a column's type is called, with its length, and how its values travel.
    typealias Types = ([PgoutputRelation.Column]) throws -> [(
        declared: String, form: PostgresForm, scale: Int?
    )]

    private(set) var all: [PostgresShape]
    /// The schemas in the order of the shapes.
    private(set) var schemas: [TableSchema]
    private var relations: [UInt32: Relation] = [:]
    /// Tables whose rows cannot be understood as they are described, by whose description: their own, or that
    /// of a partition.
    private var unclear: [UInt32: UnknownChanges] = [:]
    /// How many of the shapes are the tables as they were when the stream was opened.
    private let present: Int
    /// What the tables that were ever captured are called in plans, by their object ids.
    private let names: [UInt32: String]
    /// The tables whose changes must carry the whole row before.
    private let wholeRows: Set<String>

    /// - Parameters:
    ///   - tables: The tables as they are.
    ///   - names: What they were called when they were captured first, by their object ids.
    ///   - wholeRows: Those of which changes must carry the whole row before.
    init(_ tables: [PostgresTable], names: [UInt32: String] = [:], wholeRows: Set<String> = []) {
        self.names = names
        self.wholeRows = wholeRows
        all = tables.map(PostgresShape.init)
        schemas = all.map(\.schema)
        present = all.count
    }

    /// Why the rows of a relation cannot be understood; nil when they can.
    func unknownChanges(of id: UInt32) -> UnknownChanges? {
        if unclear.isEmpty { return nil }
        if let own = unclear[id] { return own }
        guard let name = relations[id].map({ all[$0.shape].schema.name }) else { return nil }
        return unclear.values.filter { $0.table == name }.min { $0.reason < $1.reason }
    }

    /// The place at which batches say that changes of a table are not known.
    mutating func place(of changes: UnknownChanges) -> Int {
        let shape = PostgresShape(schema: changes.schema, forms: [])
        if let place = all.firstIndex(of: shape) { return place }
        all.append(shape)
        schemas.append(shape.schema)
        return all.count - 1
    }

    /// What the rows of a relation are.
    func relation(_ id: UInt32) throws -> Relation {
        guard let relation = relations[id] else {
            throw CaptureError(
                .failed, "the stream holds a row of a table that it did not describe",
                hint: "report this with the server's version")
        }
        return relation
    }

    /// Takes note of how a table is described from here on.
    ///
    /// Changes of the table, or of a partition of it, may not carry what tells the row before any more, or
    /// the table may not be the one that was captured: then its changes are unknown until it is described
    /// anew.
    ///
    /// - Parameters:
    ///   - message: The description.
    ///   - types: Asks for types.
    ///   - root: Asks for the partitioned table that a partition belongs to.
    mutating func note(
        _ message: PgoutputRelation, types: Types, root: (UInt32) throws -> PostgresTableName?
    ) throws {
        if relations[message.id]?.message == message { return }
        let name = PostgresTableName(schema: message.schema, name: message.name).spelled
        unclear[message.id] = nil
        if let fault = otherTable(message.id, called: name) {
            relations[message.id] = nil
            // Rows of a partition come under its table, and with what the partition's own identity carries.
            if let root = try root(message.id), let current = place(of: root.spelled) {
                unclear[message.id] = identityFault(of: all[current], in: message, called: name)
            } else {
                unclear[message.id] = fault
            }
            return
        }
        guard let current = place(of: name) else { return }
        if let fault = identityFault(of: all[current], in: message, called: name) {
            relations[message.id] = nil
            unclear[message.id] = fault
            return
        }
        let found = try shape(message, like: all[current], types: types)
        if let place = all.firstIndex(of: found) {
            relations[message.id] = Relation(message: message, shape: place)
            return
        }
        relations[message.id] = Relation(message: message, shape: all.count)
        all.append(found)
        schemas.append(found.schema)
    }

    /// Why a table that is described is none that is captured under its name; nil when it is.
    private func otherTable(_ id: UInt32, called name: String) -> UnknownChanges? {
        if let known = names[id], known != name {
            return UnknownChanges(
                table: known, reason: "table \(known) was renamed to \(name)",
                remedy: "name it back, or change the plan")
        }
        if names[id] == nil, names.values.contains(name) {
            return UnknownChanges(
                table: name, reason: "another table stands under the name \(name)",
                remedy: "check that the plan still means this table")
        }
        if place(of: name) != nil { return nil }
        return UnknownChanges(
            table: name,
            reason:
                "table \(name) was dropped, taken out of the publication or left without a key while the log "
                + "was written",
            remedy: "check that the plan still means this table")
    }

    private func place(of name: String) -> Int? {
        all[..<present].firstIndex { $0.schema.name == name }
    }

    /// What keeps changes from carrying the key of the row before, or the whole row where it is needed; nil
    /// when nothing does.
    private func identityFault(
        of shape: PostgresShape, in message: PgoutputRelation, called name: String
    ) -> UnknownChanges? {
        let schema = shape.schema
        let quoted = PostgresTableName(schema: message.schema, name: message.name).quoted
        func fault(_ reason: String, _ remedy: String) -> UnknownChanges {
            UnknownChanges(table: schema.name, reason: reason, remedy: remedy)
        }
        for place in schema.key {
            let column = schema.columns[place].name
            guard let found = message.columns.first(where: { $0.name == column }) else {
                return fault(
                    "table \(name) has no column \(column) any more, which is in its key",
                    "change the plan to the table's key")
            }
            guard found.isKey else {
                return fault(
                    "changes of table \(name) do not carry its key column \(column) any more",
                    "its replica identity was changed: ALTER TABLE \(quoted) REPLICA IDENTITY FULL")
            }
        }
        if wholeRows.contains(schema.name), !message.isFull {
            return fault(
                "changes of table \(name) do not carry the whole row before any more",
                "ALTER TABLE \(quoted) REPLICA IDENTITY FULL")
        }
        // An index that stands for a key may be changed for another without a word.
        guard message.isOfKey || shape.isKeyedByIndex && !message.isFull else { return nil }
        let key = Set(schema.key.map { schema.columns[$0].name })
        return message.columns.first { $0.isKey && !key.contains($0.name) }.map { other in
            fault("the key of table \(name) has a further column, \(other.name)", "check the plan again")
        }
    }

    private func shape(
        _ message: PgoutputRelation, like current: PostgresShape, types: Types
    ) throws -> PostgresShape {
        let found = try types(message.columns)
        var shape = current
        shape.forms = found.map(\.form)
        shape.schema.columns = zip(message.columns, found).map { column, type in
            let known = current.schema.columns.first {
                $0.name == column.name && $0.declaredType == type.declared
            }
            return known
                ?? ColumnSchema(
                    name: column.name, kind: type.form.kind, declaredType: type.declared, scale: type.scale)
        }
        func moved(_ columns: [Int]) -> [Int]? {
            let names = columns.map { current.schema.columns[$0].name }
            let places = names.compactMap { name in message.columns.firstIndex { $0.name == name } }
            return places.count == columns.count ? places : nil
        }
        shape.schema.key = moved(current.schema.key) ?? []
        shape.schema.uniqueKeys = current.schema.uniqueKeys.compactMap(moved)
        shape.schema.references = current.schema.references.compactMap { reference in
            guard let columns = moved(reference.columns) else { return nil }
            var reference = reference
            reference.columns = columns
            return reference
        }
        return shape
    }
}

extension PostgresShapes {
    /// Asks the server for the partitioned table that a partition belongs to; nil for any other table.
    static func root(of id: UInt32, _ connection: PostgresConnection) throws -> PostgresTableName? {
        let found = try connection.query(
            """
            SELECT n.nspname, c.relname FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid = pg_catalog.pg_partition_root($1::oid::regclass) AND c.oid <> $1::oid
            """, [String(id)])
        guard found.count == 1 else { return nil }
        return PostgresTableName(schema: found.text(0, 0) ?? "", name: found.text(0, 1) ?? "")
    }

    /// Asks the server for the types of columns; a type that is gone is read as the text that was sent.
    static func types(
        of columns: [PgoutputRelation.Column], _ connection: PostgresConnection
    ) throws -> [(declared: String, form: PostgresForm, scale: Int?)] {
        let types = columns.map { String($0.type) }.joined(separator: ",")
        let modifiers = columns.map { String($0.modifier) }.joined(separator: ",")
        let found = try connection.query(
            """
            WITH RECURSIVE made (oid, base, typmod) AS (
                SELECT oid, oid, -1 FROM pg_catalog.pg_type WHERE typtype <> 'd'
                UNION ALL
                SELECT t.oid, m.base, CASE WHEN t.typtypmod = -1 THEN m.typmod ELSE t.typtypmod END
                FROM pg_catalog.pg_type t JOIN made m ON m.oid = t.typbasetype
                WHERE t.typtype = 'd'
            )
            SELECT pg_catalog.format_type(c.type::oid, c.modifier::int4), m.base, b.typtype, b.typname,
                CASE WHEN c.modifier::int4 = -1 THEN m.typmod ELSE c.modifier::int4 END
            FROM unnest(string_to_array($1, ','), string_to_array($2, ',')) WITH ORDINALITY
                c (type, modifier, place)
            LEFT JOIN made m ON m.oid = c.type::oid LEFT JOIN pg_catalog.pg_type b ON b.oid = m.base
            ORDER BY c.place
            """, [types, modifiers])
        return (0..<found.count).map { row in
            let form = PostgresForm(
                oid: UInt32(truncatingIfNeeded: found.integer(row, 1) ?? 0),
                isEnum: found.text(row, 2) == "e", name: found.text(row, 3) ?? "")
            let scale = form == .numeric ? PostgresCatalog.scale(Int(found.integer(row, 4) ?? -1)) : nil
            return (found.text(row, 0) ?? "", form, scale)
        }
    }
}
