extension Checker {
    mutating func comprehension(_ it: Comprehension) -> CELType {
        let (first, second) = elements(of: it.range, isPair: it.second != nil)
        let depth = locals.count
        locals.append((it.variable, first))
        if let name = it.second { locals.append((name, second)) }
        defer { locals.removeLast(locals.count - depth) }
        if let predicate = it.predicate { require(predicate, .bool, "the condition of \(it.macroName)()") }
        switch it.kind {
        case .all, .exists, .existsOne: return .bool
        case .filter: return .list(first)
        case .map: return .list(it.transform.map { check($0) } ?? .dyn)
        case .transformMap: return .map(first, it.transform.map { check($0) } ?? .dyn)
        }
    }

    /// Types of the macro's variables: with one, the element or key; with two, index and element or key and
    /// value.
    private mutating func elements(of range: Expression, isPair: Bool) -> (CELType, CELType) {
        let type = inference.resolved(check(range))
        switch type.unwrapped {
        case .list(let element): return isPair ? (.int, element) : (element, .dyn)
        case .map(let key, let value): return (key, value)
        case .dyn, .parameter: return (.dyn, .dyn)
        default:
            let found = inference.resolved(type, isFinal: true)
            mismatch("a macro runs over a list or map, found \(found)", range, found, .list(.dyn))
            return (.dyn, .dyn)
        }
    }

    mutating func bind(_ name: String, _ value: Expression, _ body: Expression) -> CELType {
        locals.append((name, check(value)))
        defer { locals.removeLast() }
        return check(body)
    }

    mutating func optionalMap(
        _ target: Expression, _ name: String, _ body: Expression, _ isFlat: Bool
    ) -> CELType {
        locals.append((name, content(of: check(target), target)))
        defer { locals.removeLast() }
        let type = check(body)
        return .optional(isFlat ? content(of: type, body) : type)
    }
}
