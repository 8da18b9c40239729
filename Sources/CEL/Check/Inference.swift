/// What is known of type variables while an expression is checked, and the relation between types.
struct Inference {
    private var bindings: [String: CELType] = [:]
    private var variableCount = 0
    /// What bindings were before each change, so that a failed attempt is undone at its own cost.
    private var trail: [(name: String, previous: CELType?)] = []

    /// A point to which `undo(to:)` can return.
    var mark: Int { trail.count }

    /// Forgets all that was learnt since a mark.
    mutating func undo(to mark: Int) {
        while trail.count > mark, let (name, previous) = trail.popLast() { bindings[name] = previous }
    }

    private mutating func learn(_ name: String, _ type: CELType) {
        trail.append((name, bindings[name]))
        bindings[name] = type
    }

    /// A type that is not known yet.
    mutating func fresh() -> CELType {
        variableCount += 1
        return .parameter("%\(variableCount)")
    }

    /// The type with all known variables replaced; with `isFinal` the others become `dyn`.
    func resolved(_ type: CELType, isFinal: Bool = false) -> CELType {
        switch type {
        case .parameter(let name):
            if let bound = bindings[name] { resolved(bound, isFinal: isFinal) } else { isFinal ? .dyn : type }
        case .list(let element): .list(resolved(element, isFinal: isFinal))
        case .map(let key, let value):
            .map(resolved(key, isFinal: isFinal), resolved(value, isFinal: isFinal))
        case .type(let inner): .type(resolved(inner, isFinal: isFinal))
        case .optional(let inner): .optional(resolved(inner, isFinal: isFinal))
        case .wrapper(let inner): .wrapper(resolved(inner, isFinal: isFinal))
        case .opaque(let name, let arguments): .opaque(name, arguments.map { resolved($0, isFinal: isFinal) })
        default: type
        }
    }

    /// The type with the overload's own parameters replaced by fresh variables, the same for the same name.
    mutating func instance(of type: CELType, _ names: inout [String: CELType]) -> CELType {
        switch type {
        case .parameter(let name):
            if let known = names[name] { return known }
            let variable = fresh()
            names[name] = variable
            return variable
        case .list(let element): return .list(instance(of: element, &names))
        case .map(let key, let value): return .map(instance(of: key, &names), instance(of: value, &names))
        case .type(let inner): return .type(instance(of: inner, &names))
        case .optional(let inner): return .optional(instance(of: inner, &names))
        case .wrapper(let inner): return .wrapper(instance(of: inner, &names))
        case .opaque(let name, let arguments):
            var instances: [CELType] = []
            for argument in arguments { instances.append(instance(of: argument, &names)) }
            return .opaque(name, instances)
        default: return type
        }
    }

    /// Whether a value of type `source` may stand where `target` is needed; learns about variables when it
    /// may.
    ///
    /// With `acceptsNullable`, a nullable value may stand for a plain one: a null is then a run-time error.
    mutating func assign(_ source: CELType, to target: CELType, acceptsNullable: Bool = false) -> Bool {
        let start = mark
        if unify(resolved(source), resolved(target), acceptsNullable) { return true }
        undo(to: start)
        return false
    }

    private mutating func unify(_ source: CELType, _ target: CELType, _ acceptsNullable: Bool) -> Bool {
        switch (source, target) {
        case (.parameter(let a), .parameter(let b)) where a == b: return true
        case (_, .parameter(let name)): return bind(name, to: source, acceptsNullable)
        case (.parameter(let name), _): return bind(name, to: target, acceptsNullable)
        case (.dyn, _), (_, .dyn): return true
        case (.wrapper(let a), .wrapper(let b)): return unify(a, b, acceptsNullable)
        case (.null, .wrapper): return true
        case (_, .wrapper(let inner)): return unify(source, inner, acceptsNullable)
        case (.wrapper(let inner), _) where acceptsNullable: return unify(inner, target, acceptsNullable)
        case (.list(let a), .list(let b)), (.optional(let a), .optional(let b)):
            return unify(a, resolved(b), acceptsNullable)
        case (.type, .type): return true
        case (.map(let aKey, let aValue), .map(let bKey, let bValue)):
            return unify(aKey, bKey, acceptsNullable)
                && unify(resolved(aValue), resolved(bValue), acceptsNullable)
        case (.opaque(let a, let aArguments), .opaque(let b, let bArguments)):
            guard a == b, aArguments.count == bArguments.count else { return false }
            for (x, y) in zip(aArguments, bArguments) where !unify(resolved(x), current(y), acceptsNullable) {
                return false
            }
            return true
        default: return source == target
        }
    }

    /// A variable stays itself, so that a later use may widen it.
    private func current(_ type: CELType) -> CELType {
        if case .parameter = type { type } else { resolved(type) }
    }

    private mutating func bind(_ name: String, to type: CELType, _ acceptsNullable: Bool) -> Bool {
        guard let known = bindings[name] else {
            guard !occurs(name, in: type) else { return false }
            learn(name, type)
            return true
        }
        return widen(name, known, with: type, acceptsNullable)
    }

    private mutating func widen(
        _ name: String, _ known: CELType, with type: CELType, _ acceptsNullable: Bool
    ) -> Bool {
        if type == .dyn {
            learn(name, .dyn)
            return true
        }
        if unify(resolved(type), resolved(known), false) { return true }
        guard unify(resolved(known), resolved(type), acceptsNullable) else { return false }
        learn(name, type)
        return true
    }

    private func occurs(_ name: String, in type: CELType) -> Bool {
        switch type {
        case .parameter(let other): other == name
        case .list(let inner), .type(let inner), .optional(let inner), .wrapper(let inner):
            occurs(name, in: inner)
        case .map(let key, let value): occurs(name, in: key) || occurs(name, in: value)
        case .opaque(_, let arguments): arguments.contains { occurs(name, in: $0) }
        default: false
        }
    }

    /// Assigns an argument to an instantiated parameter, letting a bound variable widen.
    mutating func accept(_ argument: CELType, for parameter: CELType) -> Bool {
        let start = mark
        if unify(resolved(argument), current(parameter), true) { return true }
        undo(to: start)
        return false
    }

    /// The type of something that is sometimes the one and sometimes the other.
    mutating func join(_ a: CELType, _ b: CELType) -> CELType {
        let (a, b) = (resolved(a), resolved(b))
        switch (a, b) {
        case (.dyn, _), (_, .dyn): return .dyn
        case (.null, .null): return .null
        case (.null, .wrapper): return b
        case (.wrapper, .null): return a
        case (.null, .parameter), (.parameter, .null): return .dyn
        case (.null, _): return .wrapper(b)
        case (_, .null): return .wrapper(a)
        default: break
        }
        guard assign(a, to: b) || assign(b, to: a) else { return .dyn }
        return moreGeneral(resolved(a), resolved(b))
    }

    /// Of two compatible types the one that admits more.
    private func moreGeneral(_ a: CELType, _ b: CELType) -> CELType {
        switch (a, b) {
        case (.dyn, _), (_, .dyn): .dyn
        case (.wrapper(let x), .wrapper(let y)): .wrapper(moreGeneral(x, y))
        case (.wrapper(let x), let y), (let y, .wrapper(let x)): .wrapper(moreGeneral(x, y))
        case (.list(let x), .list(let y)): .list(moreGeneral(x, y))
        case (.optional(let x), .optional(let y)): .optional(moreGeneral(x, y))
        case (.map(let k, let x), .map(let l, let y)): .map(moreGeneral(k, l), moreGeneral(x, y))
        case (.opaque(let name, let x), .opaque(_, let y)):
            .opaque(name, zip(x, y).map { moreGeneral($0, $1) })
        default: a
        }
    }
}
