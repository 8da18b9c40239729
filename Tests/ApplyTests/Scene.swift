import Expressions
import Model
import Plan

/// A plan with the tables on both sides.
struct Scene {
    var legacy: [TableSchema]
    var service: [TableSchema]
    var plan: String

    func check(_ text: String) throws -> CheckedContext {
        let whole = Self.head + text
        let loaded = PlanLoader.load(
            PlanSource(files: [PlanFile(name: "plan.yaml", text: whole)]), environment: [:])
        guard let declarations = loaded.declarations else {
            throw Bench.Refused(description: "\(loaded.diagnostics)")
        }
        let checked = PlanChecker.check(
            declarations, catalogs: ["legacy": Catalog(tables: legacy), "service": Catalog(tables: service)])
        guard let context = checked.plan?.contexts.first else {
            throw Bench.Refused(description: "\(checked.diagnostics)")
        }
        return context
    }

    func table(_ name: String) -> TableSchema? { (service + legacy).first { $0.name == name } }

    static let head = """
        migration: test
        systems:
          legacy:  { sqlite: legacy.db }
          service: { sqlite: service.db }
        log:     { embedded: state/log, retain: 30d }
        control: { sqlite: state/control.db }
        contexts:
          ctx:
            owner: someone
            approvers: [someone]
            from: legacy
            into: service

        """

    /// A table: columns as `name type [not null]`, separated by commas.
    static func table(_ name: String, _ columns: String, key: [String], unique: [[String]] = [])
        -> TableSchema
    {
        let schemas = columns.split(separator: ",").map { text in
            let words = text.split(separator: " ").map(String.init)
            return ColumnSchema(
                name: words[0], kind: words[1] == "INTEGER" ? .int64 : .text, declaredType: words[1],
                isNullable: !words.contains("not"))
        }
        func places(_ names: [String]) -> [Int] {
            names.compactMap { name in schemas.firstIndex { $0.name == name } }
        }
        return TableSchema(name: name, columns: schemas, key: places(key), uniqueKeys: unique.map(places))
    }
}

extension Scene {
    /// One row, one aggregate: customers, with codes, a unique slot and a limit on credit.
    static func customers(events: Bool = true) -> Scene {
        Scene(
            legacy: [
                table(
                    "cust", "no INTEGER not null, nm TEXT not null, kd TEXT, slot TEXT, credit INTEGER",
                    key: ["no"])
            ],
            service: [
                table(
                    "customer",
                    "number INTEGER not null, name TEXT not null, kind TEXT not null, slot TEXT, credit INTEGER, note TEXT",
                    key: ["number"], unique: [["slot"]])
            ], plan: customerPlan + (events ? customerEvents : ""))
    }

    /// Customers whose rows have an id besides the number, which legacy may hand on.
    static var numberedCustomers: Scene {
        var scene = customers()
        scene.legacy = [
            table(
                "cust",
                "id INTEGER not null, no INTEGER, nm TEXT not null, kd TEXT, slot TEXT, credit INTEGER",
                key: ["id"])
        ]
        return scene
    }

    static let customerPlan = """
            reads:
              c: { table: cust, root: true }
            codes:
              kind: { P: private, B: business, NULL: unknown, otherwise: quarantine }
            aggregates:
              customer:
                root: c
                when: "c.nm != 'none'"
                identity: { natural: [c.no] }
                table: customer
                facts:
                  profile:
                    number: c.no
                    name: c.nm
                    kind: code('kind', c.kd)
                    slot: c.slot
                    credit: c.credit

        """

    static let customerEvents = """
            events:
              Appeared: { of: customer, when: "before == null && after != null", replay: toxic }
              Renamed:
                of: customer
                when: "before != null && after != null && before.name != after.name"
                replay: toxic
              Left:     { of: customer, when: "before != null && after == null", replay: toxic }

        """

    static let versionTables = [
        table("pol", "pno TEXT not null, country TEXT not null", key: ["pno"]),
        table("app", "aid INTEGER not null, vid INTEGER not null, flag TEXT not null", key: ["aid"]),
        table(
            "ver", "id INTEGER not null, pol TEXT, no INTEGER, code TEXT not null, amt INTEGER", key: ["id"]),
    ]

    /// Aggregates of three tables with parts, a surrogate id and a natural key that legacy may give away.
    static func endorsements(events: Bool = true, partKey: [String] = ["endo_id", "no"]) -> Scene {
        Scene(
            legacy: versionTables,
            service: [
                table(
                    "endo",
                    "id TEXT not null, policy TEXT not null, no INTEGER not null, country TEXT not null, "
                        + "status TEXT not null, amount INTEGER",
                    key: ["id"]),
                table(
                    "endo_app", "endo_id TEXT not null, no INTEGER not null, flag TEXT not null", key: partKey
                ),
            ], plan: endorsementPlan + (events ? endorsementEvents : ""))
    }

    static let endorsementPlan = """
            reads:
              v:    { table: ver, root: true }
              p:    { table: pol, one: "p.pno == v.pol" }
              apps: { table: app, many: "apps.vid == v.id" }
            codes:
              country: { DE: germany, AT: austria, otherwise: quarantine }
            aggregates:
              endo:
                root: v
                when: "v.code in ['EN', 'EA']"
                identity: { natural: [v.pol, v.no], surrogate: id }
                table: endo
                facts:
                  all:
                    policy:  v.pol
                    no:      v.no
                    country: code('country', p.country)
                    status:  "apps.exists(a, a.flag == 'Y') ? 'approved' : 'requested'"
                    amount:  v.amt
                parts:
                  apps:
                    of: apps
                    table: endo_app
                    parent: endo_id
                    key: [no]
                    when: "apps.flag in ['Y', 'N']"
                    fields:
                      no:   apps.aid
                      flag: apps.flag

        """

    static let endorsementEvents = """
            events:
              Requested: { of: endo, when: "before == null && after != null", replay: toxic }
              Approved:
                of: endo
                when: >-
                  after != null && after.status == 'approved'
                  && (before == null || before.status != 'approved')
                replay: toxic
              Removed:   { of: endo, when: "before != null && after == null", replay: toxic }

        """

    /// Joined, but the service key is the legacy key itself: no cross-reference is kept.
    static let orders = Scene(
        legacy: [
            table("cust", "cno INTEGER not null, nm TEXT not null", key: ["cno"]),
            table("ord", "ono INTEGER not null, cno INTEGER, qty INTEGER not null", key: ["ono"]),
        ],
        service: [
            table(
                "orders", "number INTEGER not null, customer TEXT, quantity INTEGER not null", key: ["number"]
            )
        ],
        plan: """
                reads:
                  o: { table: ord, root: true }
                  c: { table: cust, one: "c.cno == o.cno" }
                aggregates:
                  orders:
                    root: o
                    when: "o.qty > 0"
                    identity: { natural: [o.ono] }
                    table: orders
                    facts:
                      all:
                        number: o.ono
                        customer: c.nm
                        quantity: o.qty

            """)
}
