import CEL
import Expressions
import Model
import Testing

@Suite struct AliasTests {
    private static let version = TableSchema(
        name: "policy_version",
        columns: [
            ColumnSchema(name: "version_id", kind: .int64, isNullable: false),
            ColumnSchema(name: "reason_cd", kind: .text),
            ColumnSchema(name: "prem_amt", kind: .decimal, scale: 2),
            ColumnSchema(name: "prior_prem_amt", kind: .decimal, scale: 2),
        ], key: [0])
    private static let approval = TableSchema(
        name: "approval",
        columns: [
            ColumnSchema(name: "approval_id", kind: .int64, isNullable: false),
            ColumnSchema(name: "flag", kind: .text),
        ], key: [0])

    private func environment() -> Environment {
        Environment(
            variables: [
                Variable("v", .record(RecordType(Self.version))),
                Variable("p", .wrapper(.record(RecordType(Self.version)))),
                Variable("approvals", .list(.record(RecordType(Self.approval)))),
            ], libraries: [BanyanLibrary.library()])
    }

    /// Rows of the version table, and of the approval table, in one arena.
    private func arena() -> (bytes: [UInt8], versions: [Int], approvals: [Int]) {
        var bytes: [UInt8] = [0xFF]
        var versions: [Int] = []
        var approvals: [Int] = []
        for reason in ["ADDR", nil] {
            versions.append(bytes.count)
            RowWriter.integer(1, &bytes)
            if let reason { RowWriter.text(reason, &bytes) } else { RowWriter.null(&bytes) }
            RowWriter.double(100.1, &bytes)
            RowWriter.integer(90, &bytes)
        }
        for (id, flag) in [(10, "N"), (11, "Y")] {
            approvals.append(bytes.count)
            RowWriter.integer(Int64(id), &bytes)
            RowWriter.text(flag, &bytes)
        }
        return (bytes, versions, approvals)
    }

    private func run(_ source: String, bindMissingParent: Bool = true, version: Int = 0) throws -> String {
        let program = try environment().compile(source)
        let rows = arena()
        let bindings = RowBindings([Self.version, Self.version, Self.approval])
        return try unsafe rows.bytes.withUnsafeBytes { arena in
            // The arena lives within this closure.
            #expect(unsafe bindings.bind(0, arena: arena, row: rows.versions[version]))
            if bindMissingParent {
                bindings.bindMissing(1)
            } else {
                #expect(unsafe bindings.bind(1, arena: arena, row: rows.versions[1]))
            }
            #expect(unsafe bindings.bind(2, arena: arena, rows: rows.approvals))
            let value = try program.evaluate(bindings)
            defer { bindings.clear() }
            return Workbench.shown(value)
        }
    }

    @Test func readsOneRowManyRowsAndNone() throws {
        #expect(try run("v.prem_amt - v.prior_prem_amt") == "decimal(10.10)")
        #expect(try run("v.reason_cd == 'ADDR'") == "true")
        #expect(try run("v.reason_cd == 'ADDR'", version: 1) == "false")
        #expect(try run("approvals.exists(a, a.flag == 'Y') ? 'approved' : 'requested'") == "'approved'")
        #expect(try run("approvals.map(a, a.approval_id)") == "[10, 11]")
        #expect(try run("approvals.filter(a, a.flag == 'N').size()") == "1")
        #expect(try run("p == null") == "true")
        #expect(try run("p == null", bindMissingParent: false) == "false")
        #expect(try run("p != null && p.version_id == 1", bindMissingParent: false) == "true")
        #expect(try run("p == null ? 'none' : p.reason_cd") == "'none'")
        #expect(try run("has(v.reason_cd)", version: 1) == "false")
    }

    @Test func aFieldOfAMissingRowIsAnError() throws {
        #expect(throws: EvaluationError.self) { try run("p.reason_cd == 'ADDR'") }
    }

    @Test func aDamagedRowIsNotBound() {
        let rows = arena()
        let bindings = RowBindings([Self.version])
        let cut = Array(rows.bytes[..<(rows.versions[0] + 3)])
        unsafe cut.withUnsafeBytes { arena in
            // The arena lives within this closure.
            #expect(unsafe !bindings.bind(0, arena: arena, row: rows.versions[0]))
            #expect(unsafe !bindings.bind(0, arena: arena, rows: [rows.versions[0]]))
        }
        bindings.clear()
        #expect(throws: EvaluationError.self) { try bindings.value(at: 0) }
    }

    @Test func columnsAreVariablesOfTheirOwn() throws {
        let environment = Environment(
            variables: ColumnBindings.variables(of: Self.version), libraries: [BanyanLibrary.library()])
        let program = try environment.compile("reason_cd == 'ADDR' && prem_amt > 100")
        let bindings = ColumnBindings(Self.version)
        let rows = arena()
        try unsafe rows.bytes.withUnsafeBytes { arena in
            // The arena lives within this closure.
            #expect(unsafe bindings.bind(arena: arena, row: rows.versions[0]))
            let first = try program.evaluate(bindings)
            #expect(Workbench.shown(first) == "true")
            #expect(unsafe bindings.bind(arena: arena, row: rows.versions[1]))
            let second = try program.evaluate(bindings)
            #expect(Workbench.shown(second) == "false")
        }
        bindings.clear()
        #expect(throws: EvaluationError.self) { try bindings.value(at: 0) }
    }
}
