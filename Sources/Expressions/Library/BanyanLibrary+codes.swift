import CEL

extension BanyanLibrary {
    /// `code('table', x)` and `uncode('table', y)`, bound to their tables while an expression is compiled.
    static func codes(_ tables: [CodeTable]) -> [Function] {
        let byName = Dictionary(tables.map { ($0.name, $0) }) { first, _ in first }
        return [
            Function("code", parameters.map { lookUp("code", $0, byName, isForward: true) }),
            Function("uncode", parameters.map { lookUp("uncode", $0, byName, isForward: false) }),
        ]
    }

    private static let parameters: [CELType] = [.string, .int]

    private static func lookUp(
        _ function: String, _ parameter: CELType, _ tables: [String: CodeTable], isForward: Bool
    ) -> Overload {
        Overload(
            "\(function)_\(parameter)", [.string, .wrapper(parameter)], returns: .dyn,
            specialize: { site in
                guard site.constants.count == 2, case .string(let name)? = site.constants[0] else {
                    return .refused("the name of a code table is written as a constant", argument: 0)
                }
                guard let table = tables[name.string] else {
                    return .refused(missing(name.string, "code table", tables.keys.sorted()), argument: 0)
                }
                let types = CodeTypes(table, isForward: isForward)
                if let reason = types.refusal(of: site.argumentTypes[1], table: table.name) {
                    return .refused(reason, argument: 1)
                }
                let lookup = isForward ? table.forward : table.backward
                return .bound(
                    .unary { value throws(EvaluationError) in try lookup.result(for: value) },
                    result: types.result(for: site.argumentTypes[1]), passing: [1])
            },
            .binary { name, value throws(EvaluationError) in
                guard let table = tables[try name.requireText().string] else {
                    throw EvaluationError(.unknownName, "no such code table")
                }
                return try (isForward ? table.forward : table.backward).result(for: value)
            })
    }
}
