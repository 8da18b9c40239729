import CEL
import Expressions
import Model
import Testing

/// NULL, the text that spells it, the empty text, a row that is missing, and a value that was not sent: five
/// things that a mapping must be able to tell apart.
@Suite struct NothingTests {
    private enum Nothing: CaseIterable {
        case null, word, empty, unsent, missing
    }

    private static let table = TableSchema(
        name: "t", columns: [ColumnSchema(name: "id", kind: .int64), ColumnSchema(name: "v", kind: .text)],
        key: [0])

    private static func codes() throws -> CodeTable {
        try CodeTable(
            name: "kind",
            entries: [
                .init(old: .null, new: .text("was null")),
                .init(old: .text("NULL"), new: .text("was the word")),
                .init(old: .text(""), new: .text("was empty")),
            ])
    }

    /// What an expression over the row `r` gives; the code of its error otherwise.
    private func result(_ source: String, _ nothing: Nothing) throws -> String {
        let table = Self.table
        let environment = Environment(
            variables: [Variable("r", .wrapper(.record(RecordType(table))))],
            libraries: [BanyanLibrary.library(codes: [try Self.codes()], keys: KeyRing())])
        let program = try environment.compile(source)
        let bindings = RowBindings([table])
        var row: [UInt8] = []
        RowWriter.integer(1, &row)
        switch nothing {
        case .null: RowWriter.null(&row)
        case .word: RowWriter.text("NULL", &row)
        case .empty: RowWriter.text("", &row)
        case .unsent: RowWriter.absent(&row)
        case .missing: break
        }
        defer { bindings.clear() }
        return unsafe row.withUnsafeBytes { arena in
            if nothing == .missing {
                bindings.bindMissing(0)
            } else {
                // The arena lives within this closure, and what is shown is copied out of it.
                _ = unsafe bindings.bind(0, arena: arena, row: 0)
            }
            do throws(EvaluationError) {
                return Workbench.shown(try program.evaluate(bindings))
            } catch {
                return error.code.rawValue
            }
        }
    }

    @Test(arguments: [
        ("r == null", ["false", "false", "false", "false", "true"]),
        ("r.v", ["null", "'NULL'", "''", "not_sent", "noSuchField"]),
        ("r.v == null", ["true", "false", "false", "not_sent", "noSuchField"]),
        ("r.v == 'NULL'", ["false", "true", "false", "not_sent", "noSuchField"]),
        ("coalesce(r.v, 'x')", ["'x'", "'NULL'", "''", "not_sent", "noSuchField"]),
        ("blank_to_null(r.v)", ["null", "'NULL'", "null", "not_sent", "noSuchField"]),
        ("code('kind', r.v)", ["'was null'", "'was the word'", "'was empty'", "not_sent", "noSuchField"]),
    ])
    func theKindsOfNothingStayApart(source: String, wanted: [String]) throws {
        let found = try Nothing.allCases.map { try result(source, $0) }
        #expect(found == wanted)
    }

    @Test func noKindOfNothingIsCopiedAsAnother() {
        for nothing in Nothing.allCases where nothing != .missing {
            var row: [UInt8] = []
            RowWriter.integer(1, &row)
            switch nothing {
            case .null: RowWriter.null(&row)
            case .unsent: RowWriter.absent(&row)
            case .word: RowWriter.text("NULL", &row)
            default: RowWriter.text("", &row)
            }
            let bindings = RowBindings([Self.table])
            var copy: [UInt8] = []
            let isCopied = unsafe row.withUnsafeBytes { arena in
                // The arena lives within this closure, and the copy is the local's.
                _ = unsafe bindings.bind(0, arena: arena, row: 0)
                return bindings.copyCell(1, at: 0, of: .text, scale: nil, into: &copy)
            }
            bindings.clear()
            #expect(isCopied == (nothing == .word || nothing == .empty), "\(nothing)")
            #expect(OwnedCell.read(copy).first?.text == (isCopied ? (nothing == .word ? "NULL" : "") : nil))
        }
    }
}
