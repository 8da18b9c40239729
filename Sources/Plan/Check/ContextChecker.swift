import CEL
import Expressions
import Model

/// Checks one context against the catalogs of its two systems.
struct ContextChecker {
    let text: ContextText
    let legacy: Catalog
    let service: Catalog
    let report: Report
    /// The secret keys that `hmac` may use.
    let keys: KeyRing
    /// Whether the plan may name a key for a legacy table that has none.
    let keysCanBeNamed: Bool
    var slots: [AliasSlot] = []
    var codes: [CheckedCodes] = []
    /// Aliases and code tables that something uses.
    var usedAliases: Set<Int> = []
    var usedCodes: Set<String> = []

    init(
        text: ContextText, legacy: Catalog, service: Catalog, keys: KeyRing, keysCanBeNamed: Bool,
        report: Report
    ) {
        self.keysCanBeNamed = keysCanBeNamed
        self.text = text
        self.legacy = legacy
        self.service = service
        self.keys = keys
        self.report = report
    }

    /// The checked context; nil, or incomplete, when anything was reported as an error.
    mutating func check(_ owners: inout TableOwners) -> CheckedContext? {
        resolveReads()
        resolveCodes()
        let aggregates = text.aggregates.map { aggregate($0, &owners) }
        let events = text.events.map { event($0, aggregates) }
        let slices = text.slices.map { slice($0, aggregates) }
        let reconciliation = reconcile(aggregates)
        let gates = checkGates()
        warnOfUnused()
        warnOfOwners()
        let reads = slots.compactMap(\.binding)
        guard !report.hasErrors, reads.count == slots.count else { return nil }
        return CheckedContext(
            name: text.name.value, owner: text.owner, approvers: text.approvers, legacy: text.from.value,
            service: text.into.value, reads: reads, codes: codes.compactMap(\.table),
            aggregates: withSlices(aggregates.compactMap { $0 }, slices.compactMap { $0 }),
            events: events.compactMap { $0 }, slices: slices.compactMap { $0 },
            reconciliation: reconciliation,
            gates: gates, keepFor: text.keepFor)
    }

    // MARK: reads

    private mutating func resolveReads() {
        slots = text.reads.map {
            AliasSlot(text: $0, table: table($0.table, key: $0.key, of: text.from.value, in: legacy))
        }
        let reader = JoinReader(slots: slots, report: report)
        for index in slots.indices where slots[index].cardinality != .root {
            if let join = reader.read(index) {
                slots[index].joins = join.joins
                slots[index].pairs = join.pairs
            } else {
                slots[index].isBroken = true
            }
        }
        for index in slots.indices where slots[index].table == nil { slots[index].isBroken = true }
        refuseCycles()
        if !slots.isEmpty, !slots.contains(where: { $0.cardinality == .root }) {
            report.error(
                .missingRoot, at: text.name.location, path: text.name.path + ".reads", "no alias is a root",
                expected: "one entry of `reads` with root: true")
        }
        for slot in slots where slot.cardinality == .one || slot.cardinality == .optional {
            warnUnlessUnique(slot)
        }
    }

    private mutating func refuseCycles() {
        for index in slots.indices {
            var seen: [Int] = []
            var next: Int? = index
            while let current = next, !seen.contains(current) {
                seen.append(current)
                next = slots[current].joins
            }
            guard next == index else { continue }
            slots[index].isBroken = true
            let ring = (seen + [index]).map { slots[$0].name }.joined(separator: " → ")
            report.error(
                .joinCycle, at: slots[index].text.join?.location ?? slots[index].text.alias.location,
                path: slots[index].text.alias.path, "the joins go round in a circle", found: ring,
                expected: "joins that lead to the root")
        }
    }

    private func warnUnlessUnique(_ slot: AliasSlot) {
        guard let table = slot.table, let join = slot.text.join, !slot.pairs.isEmpty else { return }
        let columns = Set(slot.pairs.map(\.column))
        let keys = ([table.key] + table.uniqueKeys).filter { !$0.isEmpty }
        guard !keys.contains(where: { Set($0).isSubset(of: columns) }) else { return }
        let names = slot.pairs.map { table.columns[$0.column].name }.joined(separator: ", ")
        report.warning(
            .joinNotUnique, at: join.location, path: join.path,
            "no key of `\(table.name)` promises a single row here; if there are several, the "
                + "first in key order is taken",
            found: names, expected: "columns that hold a unique key of `\(table.name)`")
    }

    /// A table that can be captured or written: known, with a key that the database compares bytewise.
    ///
    /// - Parameter key: The columns that the plan names as its key.
    func table(
        _ name: Located<String>, key: [Located<String>]? = nil, of system: String, in catalog: Catalog
    ) -> TableSchema? {
        guard var table = catalog.table(name.value) else {
            report.unknown(
                .unknownTable, at: name.location, path: name.path, "`\(system)` has no table `\(name.value)`",
                name: name.value, among: catalog.tables.map(\.name), of: "a table")
            return nil
        }
        if let key {
            guard let columns = columns(key, thatTellApart: table) else { return nil }
            table.key = columns
        }
        guard !table.key.isEmpty else {
            report.error(
                .tableWithoutKey, at: name.location, path: name.path,
                "the table `\(table.name)` has no primary key",
                found: table.name, expected: "a table whose rows can be told apart",
                hint:
                    "add a primary key, in PostgreSQL one that is not DEFERRABLE; or name there the columns that "
                    + "tell its rows apart: `key: [a, b]` beside `table`, with ALTER TABLE … REPLICA IDENTITY "
                    + "FULL, or a unique index: ALTER TABLE … REPLICA IDENTITY USING INDEX …")
            return nil
        }
        for column in table.key.map({ table.columns[$0] }) {
            guard let collation = column.collation, collation.uppercased() != "BINARY" else { continue }
            report.error(
                .collatedKey, at: name.location, path: name.path,
                "the key column `\(table.name).\(column.name)` is compared by a collation: "
                    + "different texts can be one key",
                found: "COLLATE \(collation)", expected: "a key compared byte by byte",
                hint: "change the column's collation to BINARY, or key the table by another column")
        }
        return table
    }

    // MARK: codes

    private mutating func resolveCodes() {
        let kinds = CodeKinds(text, slots: slots, service: service)
        codes = text.codes.map { table in
            CheckedCodes(
                table, sources: kinds.sources[table.name.value] ?? [],
                targets: kinds.targets[table.name.value] ?? [],
                report: report)
        }
    }

    // MARK: scopes

    /// The checker of expressions over legacy rows, with `root` as the row at hand.
    func mapping(root: Int, part: Int? = nil) -> ExpressionChecker {
        let scopes = slots.scopes(root: root, part: part)
        let variables = slots.indices.map { index in
            Variable(slots[index].name, RowTypes.variable(slots[index].table, scopes[index]))
        }
        return ExpressionChecker(
            environment: environment(variables), report: report,
            aliases: Dictionary(zip(slots.map(\.name), scopes)) { first, _ in first }, codes: text.codes)
    }

    /// The checker of expressions over the columns of a service's table as plain variables.
    func columns(of table: TableSchema) -> ExpressionChecker {
        ExpressionChecker(
            environment: environment(RowTypes.variables(table)), report: report, codes: text.codes)
    }

    /// The checker of an event's condition over `before` and `after`.
    func states(of table: TableSchema) -> ExpressionChecker {
        let type = CELType.wrapper(.record(RowTypes.record(table)))
        let variables = [Variable("before", type), Variable("after", type)]
        return ExpressionChecker(environment: environment(variables), report: report, codes: text.codes)
    }

    private func environment(_ variables: [Variable]) -> Environment {
        Environment(variables: variables, libraries: RowTypes.libraries(codes.compactMap(\.table), keys))
    }

    /// Notes what an expression uses.
    mutating func note(_ expression: CompiledExpression?, mapping isMapping: Bool = true) {
        guard let expression else { return }
        if isMapping { usedAliases.formUnion(expression.checked.slots) }
        for use in CodeUse.all(in: expression.checked.expression) { usedCodes.insert(use.table) }
    }

    // MARK: what nobody uses or owns

    private func warnOfUnused() {
        var needed = usedAliases
        for alias in usedAliases { needed.formUnion(slots.chain(to: alias)) }
        for (index, slot) in slots.enumerated() where !needed.contains(index) && slot.cardinality != .root {
            report.warning(
                .unusedAlias, at: slot.text.alias.location, path: slot.text.alias.path,
                "nothing reads `\(slot.name)`, so its table is not captured", found: slot.name,
                hint: "remove it, or use it")
        }
        for table in text.codes where !usedCodes.contains(table.name.value) {
            report.warning(
                .unusedCodeTable, at: table.name.location, path: table.name.path,
                "nothing translates with this code table",
                found: table.name.value, hint: "write code('\(table.name.value)', …), or remove the table")
        }
    }

    private func warnOfOwners() {
        guard text.owner == nil else { return }
        let owned = Set(text.reconcile.fields.filter { $0.owner != nil }.map(\.column.value))
        for fact in text.aggregates.flatMap(\.facts)
        where !fact.fields.contains(where: { owned.contains($0.column.value) }) {
            report.warning(
                .unownedFact, at: fact.name.location, path: fact.name.path,
                "nobody owns the fact `\(fact.name.value)`",
                found: fact.name.value,
                hint: "give the context an `owner`, or a field of the fact one in `reconcile`")
        }
    }
}

extension AliasSlot {
    /// The alias as the flow runs on it; nil while anything of it is unresolved.
    fileprivate var binding: ReadBinding? {
        guard let table, !isBroken else { return nil }
        var binding = ReadBinding(
            alias: name, table: table, cardinality: cardinality, joins: joins, pairs: pairs,
            location: text.alias.location)
        binding.namesKey = text.key != nil
        return binding
    }
}
