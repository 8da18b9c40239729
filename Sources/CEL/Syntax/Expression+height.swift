extension Expression.Kind {
    /// Levels from a node of this kind to its deepest leaf.
    var height: Int {
        let probe = Expression(id: 0, position: .start, kind: self, height: 0)
        return 1 + (probe.children.map(\.height).max() ?? 0)
    }
}
