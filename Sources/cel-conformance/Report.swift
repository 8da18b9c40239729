/// Counts outcomes by suite and prints them.
struct Report {
    private struct Count {
        var passed = 0
        var failed = 0
    }

    /// Suites of extensions that are not offered; their failures do not count against the run.
    private static let optionalSuites: Set<String> = ["network_ext", "block_ext"]

    let isVerbose: Bool
    private var suites: [String: Count] = [:]

    init(isVerbose: Bool) { self.isVerbose = isVerbose }

    mutating func add(_ row: ConformanceCase, _ outcome: ConformanceCase.Outcome) {
        switch outcome {
        case .passed:
            suites[row.suite, default: Count()].passed += 1
            if isVerbose { print("passed \(row.id)") }
        case .failed(let reason):
            suites[row.suite, default: Count()].failed += 1
            if isVerbose || !Report.optionalSuites.contains(row.suite) {
                print("FAILED \(row.id): \(row.expression)\n    \(reason)")
            }
        }
    }

    /// Prints the table and ends the process.
    func finish() -> Never {
        let width = suites.keys.map(\.count).max() ?? 0
        for (suite, count) in suites.sorted(by: { $0.key < $1.key }) {
            let name = suite + String(repeating: " ", count: width - suite.count)
            print("\(name)  \(count.passed) passed, \(count.failed) failed")
        }
        let total = suites.values.reduce(into: Count()) { sum, count in
            sum.passed += count.passed
            sum.failed += count.failed
        }
        print("\(total.passed) passed, \(total.failed) failed")
        let isClean = suites.allSatisfy { $0.value.failed == 0 || Report.optionalSuites.contains($0.key) }
        StandardError.exit(isClean ? 0 : 1)
    }
}
