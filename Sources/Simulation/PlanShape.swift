import Model
import Plan

/// The plans that histories run under, checked by the production checker once for the process.
struct PlanShape: Sendable {
    /// How the shape is called in stories.
    let name: String
    /// The plan.
    let context: CheckedContext
    /// The tables of the service.
    let service: [TableSchema]
    /// Whether contracts are joined from policies and items.
    let isJoined: Bool
    /// Whether a policy's row has an id, and its number is handed on from one to another.
    let isNumbered: Bool
    /// The legacy tables that the plan reads.
    let tables: [LegacyTable]

    /// One row makes an aggregate.
    static let single = checked("single", singlePlan, isJoined: false)
    /// A policy and its items make an aggregate with parts and a surrogate id.
    static let joined = checked("joined", joinedPlan, isJoined: true)
    /// The same without events, where several transactions may become one step.
    static let quiet = checked("quiet", String(singlePlan.prefix { $0 != "#" }), isJoined: false)
    /// The single shape, but that a row has another key than its aggregate.
    static let numbered = checked("numbered", singlePlan, isJoined: false, isNumbered: true)
    /// The joined shape, but that a row has another key than its aggregate.
    static let numberedJoined = checked("numbered-joined", joinedPlan, isJoined: true, isNumbered: true)
    /// Every shape.
    static let all = [single, joined, quiet, numbered, numberedJoined]

    /// The tables of legacy.
    var schemas: [TableSchema] { isNumbered ? LegacyTable.numberedSchemas : LegacyTable.schemas }

    /// Whether events are derived.
    var hasEvents: Bool { !context.events.isEmpty }

    private static func checked(
        _ name: String, _ text: String, isJoined: Bool, isNumbered: Bool = false
    ) -> PlanShape {
        let loaded = PlanLoader.load(
            PlanSource(files: [PlanFile(name: "plan.yaml", text: head + text)]), environment: [:])
        let service = isJoined ? [contract(isJoined: true), contractItem] : [contract(isJoined: false)]
        guard let declarations = loaded.declarations,
            let context = PlanChecker.check(
                declarations,
                catalogs: [
                    "legacy": Catalog(
                        tables: isNumbered ? LegacyTable.numberedSchemas : LegacyTable.schemas),
                    "service": Catalog(tables: service),
                ]
            ).plan?.contexts.first
        else {
            preconditionFailure("the simulator's own plan \(name) does not check: \(loaded.diagnostics)")
        }
        return PlanShape(
            name: name, context: context, service: service, isJoined: isJoined, isNumbered: isNumbered,
            tables: isJoined ? [.policy, .item] : [.policy])
    }

    private static func contract(isJoined: Bool) -> TableSchema {
        var columns = [
            ColumnSchema(name: "number", kind: .int64, declaredType: "INTEGER", isNullable: false),
            ColumnSchema(name: "kind", kind: .text, declaredType: "TEXT", isNullable: false),
            ColumnSchema(name: "holder", kind: .text, declaredType: "TEXT", isNullable: false),
            ColumnSchema(name: "rev", kind: .int64, declaredType: "INTEGER", isNullable: false),
        ]
        if isJoined {
            columns.insert(
                ColumnSchema(name: "id", kind: .text, declaredType: "TEXT", isNullable: false), at: 0)
            columns.append(ColumnSchema(name: "load", kind: .text, declaredType: "TEXT", isNullable: false))
        }
        return TableSchema(name: "contract", columns: columns, key: [0])
    }

    private static let contractItem = TableSchema(
        name: "contract_item",
        columns: [
            ColumnSchema(name: "contract_id", kind: .text, declaredType: "TEXT", isNullable: false),
            ColumnSchema(name: "n", kind: .int64, declaredType: "INTEGER", isNullable: false),
            ColumnSchema(name: "qty", kind: .int64, declaredType: "INTEGER", isNullable: false),
        ], key: [0, 1])

    private static let head = """
        migration: simulated
        systems:
          legacy:  { sqlite: legacy.db }
          service: { sqlite: service.db }
        log:     { embedded: state/log, retain: 30d }
        control: { sqlite: state/control.db }
        contexts:
          ctx:
            owner: nobody
            approvers: [nobody]
            from: legacy
            into: service

        """

    private static let singlePlan = """
            reads:
              p: { table: pol, root: true }
            codes:
              kind: { A: plain, B: broad, NULL: none, otherwise: quarantine }
            aggregates:
              contract:
                root: p
                when: "p.kd == null || p.kd != 'X'"
                identity: { natural: [p.no] }
                table: contract
                facts:
                  all:
                    number: p.no
                    kind:   code('kind', p.kd)
                    holder: p.holder
                    rev:    p.rev
        # what the quiet shape leaves out
            events:
              Opened:  { of: contract, when: "before == null && after != null", replay: toxic }
              Renamed:
                of: contract
                when: "before != null && after != null && before.holder != after.holder"
                replay: toxic
              Closed:  { of: contract, when: "before != null && after == null", replay: toxic }

        """

    private static let joinedPlan = """
            reads:
              p:     { table: pol, root: true }
              items: { table: itm, many: "items.pol == p.no" }
            codes:
              kind: { A: plain, B: broad, NULL: none, otherwise: quarantine }
            aggregates:
              contract:
                root: p
                when: "p.kd == null || p.kd != 'X'"
                identity: { natural: [p.no], surrogate: id }
                table: contract
                facts:
                  all:
                    number: p.no
                    kind:   code('kind', p.kd)
                    holder: p.holder
                    rev:    p.rev
                    load:   "items.exists(i, i.qty > 5) ? 'heavy' : 'light'"
                parts:
                  items:
                    of: items
                    table: contract_item
                    parent: contract_id
                    key: [n]
                    fields:
                      n:   items.n
                      qty: items.qty
            events:
              Opened:  { of: contract, when: "before == null && after != null", replay: toxic }
              Renamed:
                of: contract
                when: "before != null && after != null && before.holder != after.holder"
                replay: toxic
              Closed:  { of: contract, when: "before != null && after == null", replay: toxic }

        """
}
