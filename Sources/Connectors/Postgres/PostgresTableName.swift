import PostgreSQL

/// A table's schema and name, and how plans spell them.
///
/// A table of the schema `public` is spelled by its name, any other with its schema before a dot. A part with
/// a dot or a quote in it stands in quotes, so that two tables never have one spelling. Banyan's own tables,
/// which are called `banyan_…`, are kept in the schema `banyan`; the copy of a legacy table is called after a
/// context and that table's whole spelling.
package struct PostgresTableName: Hashable, Sendable {
    /// The schema that Banyan makes for itself.
    package static let ownSchema = "banyan"
    /// The schema of a control store, which may be in any database.
    package static let controlSchema = "banyan_control"
    /// How Banyan's own tables begin.
    package static let ownPrefix = "banyan_"

    /// How copies of legacy tables begin.
    private static let copyPrefix = ownPrefix + "mirror_"

    /// The schema.
    package var schema: String
    /// The name inside the schema.
    package var name: String

    /// Names a table by its parts.
    package init(schema: String, name: String) {
        self.schema = schema
        self.name = name
    }

    /// Reads a plan's spelling, or the name of one of Banyan's own tables.
    package init(_ spelled: String) {
        if spelled.hasPrefix(Self.copyPrefix) {
            // The dots and quotes of what is copied are part of its name, which the server must not cut: two
            // copies would be one.
            self.init(schema: Self.ownSchema, name: PostgresName.fitting(spelled))
            return
        }
        let parts = Self.parts(of: spelled)
        if parts.count == 2 {
            self.init(schema: parts[0], name: parts[1])
        } else {
            let name = parts.first ?? spelled
            self.init(schema: name.hasPrefix(Self.ownPrefix) ? Self.ownSchema : "public", name: name)
        }
    }

    /// The plan's spelling.
    package var spelled: String {
        let isOwn = name.hasPrefix(Self.ownPrefix)
        let isPlain = isOwn ? schema == Self.ownSchema : schema == "public"
        return isPlain ? Self.part(name) : "\(Self.part(schema)).\(Self.part(name))"
    }

    /// The table in SQL.
    package var quoted: String { PostgresName.quote(schema: schema, name) }

    /// Whether it is the copy of a legacy table.
    var isCopy: Bool { schema == Self.ownSchema && name.hasPrefix(Self.copyPrefix) }

    private static func part(_ name: String) -> String {
        // By scalars: a quote with a mark behind it is a quote to whoever reads it.
        let isPlain =
            !name.unicodeScalars.contains { $0 == "." || $0 == "\"" } && !name.hasPrefix(copyPrefix)
        return isPlain ? name : PostgresName.quote(name)
    }

    private static func parts(of spelled: String) -> [String] {
        var parts = [""]
        var isQuoted = false
        var rest = spelled.unicodeScalars[...]
        while let next = rest.popFirst() {
            switch next {
            case "\"" where isQuoted && rest.first == "\"":
                rest.removeFirst()
                parts[parts.count - 1].unicodeScalars.append(next)
            case "\"": isQuoted.toggle()
            case "." where !isQuoted && parts.count == 1: parts.append("")
            default: parts[parts.count - 1].unicodeScalars.append(next)
            }
        }
        return parts
    }
}
