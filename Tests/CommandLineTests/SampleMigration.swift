import Foundation
import SQLite
import TestKit

/// A small shop on real files: orders of customers become a service's orders.
final class SampleMigration {
    let folder: TemporaryFolder
    let banyan: BanyanProgram

    /// Makes the databases, with two good orders and one whose status nobody knows, and the plan.
    init() throws {
        folder = try TemporaryFolder("command-line")
        banyan = BanyanProgram(folder: folder.path)
        try execute(
            """
            CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
            CREATE TABLE orders (order_no INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL,
                status TEXT NOT NULL, amount NUMERIC(10,2) NOT NULL);
            INSERT INTO customer VALUES (1, 'Ada'), (2, char(27) || '[31mEve' || char(8238) || 'x');
            INSERT INTO orders VALUES (1001, 1, 'O', 12.5), (1002, 2, 'C', 7), (1003, 1, '?', 1);
            """, in: "legacy.db")
        try execute(
            """
            CREATE TABLE sales_order (id TEXT PRIMARY KEY, order_no INTEGER NOT NULL, customer TEXT NOT NULL,
                status TEXT NOT NULL, amount NUMERIC(10,2) NOT NULL);
            """, in: "service.db")
        try write(Self.plan, to: "plan.yaml")
    }

    /// Runs SQL in one of the databases, as its application does.
    func execute(_ sql: String, in database: String) throws {
        try SQLiteConnection(path: folder.file(database), access: .create).execute(sql)
    }

    /// The first value of a query.
    func value(_ sql: String, in database: String) throws -> String? {
        try SQLiteConnection(path: folder.file(database), access: .readOnly).string(sql)
    }

    /// Writes a file.
    func write(_ text: String, to name: String) throws {
        let url = URL(filePath: folder.file(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// Runs the migration until everything is applied.
    func catchUp() throws -> BanyanProgram.Outcome {
        try banyan("run", "plan.yaml", "--until", "caught-up")
    }

    /// Starts the engine and waits until it says that it follows legacy.
    func startEngine(_ arguments: String...) throws -> BanyanProgram.Running {
        let engine = try banyan.start(["run", "plan.yaml", "--format", "json"] + arguments)
        try waitUntil("the engine", within: .seconds(60)) {
            let status = try banyan("status", "plan.yaml", "--format", "json").objects.first
            let engine = status?["engine"] as? [String: Any]
            let context = (status?["contexts"] as? [[String: Any]])?.first
            return engine?["running"] as? Bool == true && context?["written"] as? Int == 2
                || engine?["running"] as? Bool == true && (context?["applied_offset"] as? Int ?? 0) > 0
        }
        return engine
    }

    static let plan = """
        migration: orders

        systems:
          legacy:  { sqlite: legacy.db }
          service: { sqlite: service.db }
        log:     { embedded: state/log, retain: 30d }
        control: { sqlite: state/control.db }

        contexts:
          sales:
            from: legacy
            into: service
            reads:
              o: { table: orders, root: true }
              c: { table: customer, one: "c.id == o.customer_id" }
            codes:
              status:
                O: open
                C: closed
                otherwise: quarantine
            aggregates:
              order:
                root: o
                identity: { natural: [o.order_no], surrogate: id }
                table: sales_order
                facts:
                  content:
                    order_no: o.order_no
                    customer: { is: c.name, because: "as the customer file spells it" }
                    status: code('status', o.status)
                    amount: o.amount
            events:
              OrderClosed:
                of: order
                when: "after != null && before != null && after.status == 'closed' && before.status == 'open'"
                replay: toxic

        """
}
