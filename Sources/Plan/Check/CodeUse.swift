import CEL

/// A place where an expression translates with a code table.
struct CodeUse {
    var table: String
    /// Where the table's name stands.
    var position: Position
    /// What is translated.
    var argument: Expression?
    var isInverse: Bool

    /// Every use in a tree, in source order.
    static func all(in tree: Expression) -> [CodeUse] {
        var uses: [CodeUse] = []
        tree.walk { node in
            guard case .call(let function, _, nil, let arguments) = node.kind,
                function == "code" || function == "uncode",
                let first = arguments.first, case .literal(.string(let table)) = first.kind
            else { return }
            uses.append(
                CodeUse(
                    table: table, position: first.position, argument: arguments.dropFirst().first,
                    isInverse: function == "uncode"))
        }
        return uses
    }
}
