/// What the arguments of a macro mean.
struct MacroShape {
    let kind: Comprehension.Kind
    let variables: Int
    let hasPredicate: Bool
    let hasTransform: Bool

    init?(_ name: String, argumentCount: Int) {
        switch (name, argumentCount) {
        case ("all", 2): self.init(.all, 1, true, false)
        case ("all", 3): self.init(.all, 2, true, false)
        case ("exists", 2): self.init(.exists, 1, true, false)
        case ("exists", 3): self.init(.exists, 2, true, false)
        case ("exists_one", 2), ("existsOne", 2): self.init(.existsOne, 1, true, false)
        case ("existsOne", 3): self.init(.existsOne, 2, true, false)
        case ("filter", 2): self.init(.filter, 1, true, false)
        case ("map", 2): self.init(.map, 1, false, true)
        case ("map", 3): self.init(.map, 1, true, true)
        case ("transformList", 3): self.init(.map, 2, false, true)
        case ("transformList", 4): self.init(.map, 2, true, true)
        case ("transformMap", 3): self.init(.transformMap, 2, false, true)
        case ("transformMap", 4): self.init(.transformMap, 2, true, true)
        default: return nil
        }
    }

    private init(_ kind: Comprehension.Kind, _ variables: Int, _ hasPredicate: Bool, _ hasTransform: Bool) {
        self.kind = kind
        self.variables = variables
        self.hasPredicate = hasPredicate
        self.hasTransform = hasTransform
    }
}
