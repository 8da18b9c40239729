import CEL

/// Evaluations a second of a few expressions over a row.
enum Benchmark {
    /// A row of borrowed bytes, as a batch of changes would offer it.
    @safe private final class Row: Bindings {
        static let type = RecordType(
            name: "v",
            fields: [
                RecordType.Field("status", .wrapper(.string)), RecordType.Field("amount", .wrapper(.int)),
                RecordType.Field("a", .int), RecordType.Field("b", .int), RecordType.Field("code", .string),
            ])
        private let bytes: UnsafeMutableRawBufferPointer

        init() {
            unsafe bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 5, alignment: 1)
            // The buffer has five bytes.
            unsafe bytes.copyBytes(from: "AADDR".utf8)
        }

        deinit {
            // Allocated by `init` and released here only.
            unsafe bytes.deallocate()
        }

        func value(at slot: Int) throws(EvaluationError) -> Value {
            throw EvaluationError(.unavailable, "rows are read by field")
        }

        func field(_ field: Int, at slot: Int) throws(EvaluationError) -> Value {
            switch field {
            // Both views are within the buffer, which lives as long as this row.
            case 0: .string(unsafe Text(borrowing: UnsafeRawBufferPointer(rebasing: bytes[0..<1])))
            case 4: .string(unsafe Text(borrowing: UnsafeRawBufferPointer(rebasing: bytes[1..<5])))
            case 1: .int(42)
            default: .int(Int64(field))
            }
        }
    }

    /// `code('table', x)`: the table is found once, when the expression is compiled.
    private static let code = Function(
        "code",
        [
            Overload(
                "code_string", [.string, .string], returns: .string,
                specialize: { _ in
                    let table = TextTable(["ADDR", "DRVR", "VEHC"])
                    let meanings = [Value("address_change"), Value("named_driver"), Value("vehicle_change")]
                    return .bound(
                        .unary { value throws(EvaluationError) in
                            guard let index = table.index(of: try value.requireText()) else { return .null }
                            return meanings[index]
                        }, passing: [1])
                }, nil)
        ])

    static func run() throws(CompilationError) {
        let environment = Environment(
            variables: [Variable("v", .record(Row.type))],
            libraries: [Library(name: "codes", functions: [code])])
        let row = Row()
        for source in [
            "v.status == 'A' && v.amount > 10", "v.a + v.b * 2", "code('reason', v.code)",
            "v.status in ['A', 'B', 'C']",
            "v.code.startsWith('AD')", "[1, 2, 3, 4].exists(x, x == v.b)", "v.a + v.b > 3 ? v.code : 'none'",
        ] {
            let program = try environment.compile(source)
            let count = 2_000_000
            var failures = 0
            var frame = Frame()
            let clock = ContinuousClock()
            let elapsed = clock.measure {
                for _ in 0..<count {
                    do throws(EvaluationError) {
                        _ = try program.evaluate(row, in: &frame)
                    } catch {
                        failures += 1
                    }
                }
            }
            let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
            let rate = Double(count) / seconds / 1e6
            print(
                "\((rate * 10).rounded() / 10) M/s  \(source)\(failures > 0 ? "  \(failures) failures" : "")")
        }
    }
}
