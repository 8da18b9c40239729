/// Draws expressions over the columns of `PredicateAgreementTests`.
struct RandomPredicate {
    var random: SeededGenerator

    static let texts = ["", "A", "a", "B", "AB", "ab", "Ä", "A B", "10", "x'y", "😀"]
    static let decimals = ["0", "1", "-1", "0.1", "0.3", "10.5", "10.50", "99.99", "-0.01", "100", "0.125"]
    static let dates = ["2024-02-29", "1999-12-31", "2024-03-01", "0001-01-01", "9999-12-31"]

    mutating func condition(_ depth: Int) -> String {
        if depth == 0 { return leaf() }
        switch random.below(7) {
        case 0: return "(\(condition(depth - 1)) && \(condition(depth - 1)))"
        case 1: return "(\(condition(depth - 1)) || \(condition(depth - 1)))"
        case 2: return "!(\(condition(depth - 1)))"
        case 3: return "(\(condition(depth - 1)) ? \(condition(depth - 1)) : \(condition(depth - 1)))"
        case 4: return "((\(condition(depth - 1))) == (\(condition(depth - 1))))"
        default: return leaf()
        }
    }

    private mutating func leaf() -> String {
        switch random.below(16) {
        case 0: return "\(text()) \(equal()) \(text())"
        case 1: return "\(text()) \(order()) \(text())"
        case 2: return "\(integer(2)) \(equal()) \(integer(2))"
        case 3: return "\(integer(2)) \(order()) \(integer(1))"
        case 4: return "\(decimal(2)) \(equal()) \(decimal(2))"
        case 5: return "\(decimal(2)) \(order()) \(mixed())"
        case 6: return "\(pick(["t", "c", "n", "m", "u", "b", "d", "f"])) \(equal()) null"
        case 7: return "t in [\(list(Self.texts.map(quoted)))]"
        case 8: return "n in [\(list(["0", "1", "-1", "5", "9223372036854775807"]))]"
        case 9: return "m in [\(list(Self.decimals.map { "decimal('\($0)')" }))]"
        case 10: return "b"
        case 11: return "b \(equal()) \(pick(["true", "false", "b"]))"
        case 12: return "d \(random.below(2) == 0 ? equal() : order()) date('\(pick(Self.dates))')"
        case 13:
            let function = pick(["startsWith", "endsWith", "contains"])
            return "\(pick(["t", "c"])).\(function)(\(quoted(pick(Self.texts))))"
        case 14:
            return "f \(random.below(2) == 0 ? equal() : order()) \(pick(["0.0", "1.5", "-2.25", "0.1"]))"
        default:
            let operation = random.below(2) == 0 ? equal() : order()
            return "u \(operation) \(pick(["decimal('0.1')", "decimal('10.5')", "1", "-1", "u"]))"
        }
    }

    private mutating func text() -> String {
        random.below(2) == 0 ? quoted(pick(Self.texts)) : pick(["t", "c"])
    }

    private mutating func integer(_ depth: Int) -> String {
        if depth > 0, random.below(3) == 0 {
            return "(\(integer(depth - 1)) \(pick(["+", "-", "*"])) \(integer(depth - 1)))"
        }
        if random.below(8) == 0 { return "-n" }
        return pick([
            "n", "n", "k", "0", "1", "-1", "5", "100", "9223372036854775807", "-9223372036854775808",
        ])
    }

    private mutating func decimal(_ depth: Int) -> String {
        if depth > 0, random.below(3) == 0 {
            let right = random.below(3) == 0 ? "k" : decimal(depth - 1)
            return "(\(decimal(depth - 1)) \(pick(["+", "-"])) \(right))"
        }
        if random.below(8) == 0 { return "(m * 3)" }
        return pick(["m", "m", "decimal('\(pick(Self.decimals))')"])
    }

    private mutating func mixed() -> String {
        random.below(3) == 0 ? pick(["1", "-1", "k", "100"]) : decimal(1)
    }

    private mutating func list(_ values: [String]) -> String {
        var drawn = (0..<random.below(4)).map { _ in pick(values) }
        if random.below(5) == 0 { drawn.append("null") }
        return drawn.joined(separator: ", ")
    }

    private mutating func equal() -> String { pick(["==", "!="]) }
    private mutating func order() -> String { pick(["<", "<=", ">", ">="]) }
    private mutating func pick(_ values: [String]) -> String { random.pick(values) }
    private func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "\\'") + "'" }
}
