/// Plans of one table between two PostgreSQL databases, whose addresses stand in `LEGACY_URL` and
/// `SERVICE_URL`.
enum PostgresPlan {
    /// The plan of a migration in which each row of a table becomes one of another.
    ///
    /// - Parameters:
    ///   - migration: Its name, which is one on a server.
    ///   - legacy: The table that is read, under the alias `t`, with a key `id`.
    ///   - service: The table that is written.
    ///   - fields: The mapping, a line each.
    static func text(_ migration: String, from legacy: String, into service: String, fields: [String])
        -> String
    {
        """
        migration: \(migration)
        systems:
          legacy:  { postgres: "${LEGACY_URL}" }
          service: { postgres: "${SERVICE_URL}" }
        log:     { embedded: state/log, retain: 30d }
        control: { sqlite: state/control.db }
        contexts:
          things:
            owner: archive
            approvers: [archive]
            from: legacy
            into: service
            reads:
              t: { table: \(legacy), root: true }
            aggregates:
              thing:
                root: t
                identity: { natural: [t.id] }
                table: \(service)
                facts:
                  all:
        \((["id: t.id"] + fields).map { "            " + $0 }.joined(separator: "\n"))

        """
    }
}
