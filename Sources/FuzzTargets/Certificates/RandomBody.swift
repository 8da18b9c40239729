import Migration
import Model

/// Bodies of certificates as an input spells them: any text and any number in every field.
enum RandomBody {
    static func body(_ input: inout FuzzInput) -> Certificate.Body {
        var body = Certificate.Body(
            migration: input.text(), context: input.text(), mapping: input.text(), tool: input.text(),
            frontier: position(&input), history: [], compared: [],
            previous: input.flag() ? input.text() : nil)
        while !input.isAtEnd {
            if input.flag() {
                body.history.append(chunk(&input))
            } else {
                body.compared.append(comparison(&input))
            }
        }
        return body
    }

    static func chunk(_ input: inout FuzzInput) -> ChunkCertificate {
        ChunkCertificate(
            context: input.text(), table: input.text(), number: Int(input.integer()),
            keyAfter: input.flag() ? input.text() : nil, keyThrough: input.flag() ? input.text() : nil,
            low: position(&input), high: position(&input), frontier: position(&input),
            rowsRead: Int(input.integer()), rowsDropped: Int(input.integer()), digest: input.text(),
            isLast: input.flag())
    }

    private static func comparison(_ input: inout FuzzInput) -> Certificate.Comparison {
        Certificate.Comparison(
            aggregate: input.text(), compared: Int(input.integer()), missing: Int(input.integer()),
            extra: Int(input.integer()), different: Int(input.integer()), unjudged: Int(input.integer()),
            quarantined: Int(input.integer()), digest: input.text())
    }

    private static func position(_ input: inout FuzzInput) -> Position {
        Position(UInt64(bitPattern: input.integer()))
    }
}
