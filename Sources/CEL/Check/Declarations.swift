/// All names of an environment, looked up by name.
struct Declarations: Sendable {
    private(set) var slots: [String: Int] = [:]
    private(set) var functions: [String: [Overload]] = [:]
    private(set) var constants: [String: Library.Constant] = [:]
    /// The container and its parents, the longest first, each with a trailing dot; the last is empty.
    private let scopes: [String]

    init(variables: [Variable], libraries: [Library], container: String) {
        for (slot, variable) in variables.enumerated() { slots[variable.name] = slot }
        for library in libraries {
            for function in library.functions { functions[function.name, default: []] += function.overloads }
            for constant in library.constants { constants[constant.name] = constant }
        }
        let parts = container.split(separator: ".")
        scopes = (0...parts.count).reversed().map {
            $0 == 0 ? "" : parts.prefix($0).joined(separator: ".") + "."
        }
    }

    /// What a dotted name may mean.
    enum Named {
        case variable(Int)
        case constant(Library.Constant)
    }

    /// The meaning of the longest prefix of a dotted name, in the innermost scope that has one.
    func lookUp(_ parts: [String], isAbsolute: Bool) -> (count: Int, meaning: Named)? {
        for scope in isAbsolute ? [""] : scopes {
            for count in stride(from: parts.count, through: 1, by: -1) {
                let name = scope + parts.prefix(count).joined(separator: ".")
                if let slot = slots[name] { return (count, .variable(slot)) }
                if let constant = constants[name] { return (count, .constant(constant)) }
            }
        }
        return nil
    }

    /// The overloads under a name, in the innermost scope that has any.
    func overloads(_ name: String, isAbsolute: Bool) -> [Overload]? {
        for scope in isAbsolute ? [""] : scopes {
            if let found = functions[scope + name] { return found }
        }
        return nil
    }

    /// Overloads that libraries declare for an operator beyond the language's own.
    func operators(_ name: String) -> [Overload] { functions[name] ?? [] }
}
