/// What the checker found out about the nodes of a tree, by node id.
struct Resolution: Sendable {
    /// Types of nodes; every node has one once the tree is checked.
    var types: [Int: CELType] = [:]
    /// Meanings of names, fields and calls.
    var references: [Int: Reference] = [:]
    /// Calls whose target is part of the function's name, as in `math.abs(x)`.
    var qualifiedCalls: Set<Int> = []
    /// What overloads made of call sites where a single overload applies.
    var specializations: [Int: Specialization] = [:]
}
