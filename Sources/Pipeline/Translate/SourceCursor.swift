import Model

/// The rows that belong to one root among the sources of a set.
struct SourceCursor {
    let sources: AggregateSources
    /// The root's place among the legacy keys.
    let index: Int

    /// The rows of an alias that belong to one row of the alias it joins to (for the root: to one legacy
    /// key).
    func rows(of alias: Int, in parent: Int) -> Range<Int> {
        let groups = sources.groups[alias]
        return parent < groups.count ? groups[parent] : 0..<0
    }
}

/// Where the parts of the aggregate being translated find their rows.
@safe struct PartSource {
    let cursor: SourceCursor
    /// The arena of each alias, pinned by the caller.
    let arenas: [UnsafeRawBufferPointer]
    /// The row of each single-row alias.
    let rowOf: [Int: Int]
}
