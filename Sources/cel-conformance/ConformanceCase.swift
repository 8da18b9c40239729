import CEL
import Foundation

/// One case: an expression, what it may use, and what must come out.
struct ConformanceCase {
    enum Outcome {
        case passed
        case failed(String)
    }

    let id: String
    let suite: String
    private(set) var expression: String
    let container: String
    let isChecked: Bool
    let hasMacros: Bool
    let isEvaluated: Bool
    let declarations: [[String: Any]]
    let bindings: [String: Any]
    let expected: [String: Any]

    /// The cases of a file, one JSON object a line.
    static func read(_ path: String) throws(ConformanceError) -> [ConformanceCase] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConformanceError("cannot read \(path)")
        }
        var cases: [ConformanceCase] = []
        for (number, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
            // What is wrong with the JSON is said by the line number.
            guard let row = (try? JSONSerialization.jsonObject(with: Data(line))) as? [String: Any],
                let one = ConformanceCase(row)
            else { throw ConformanceError("\(path), line \(number + 1): not a case") }
            cases.append(one)
        }
        return cases
    }

    private init?(_ row: [String: Any]) {
        guard let id = row["id"] as? String, let suite = row["suite"] as? String,
            let expression = row["expr"] as? String, let expected = row["expect"] as? [String: Any]
        else { return nil }
        self.id = id
        self.suite = suite
        self.expression = expression
        self.expected = expected
        container = row["container"] as? String ?? ""
        isChecked = row["disable_check"] as? Bool != true
        hasMacros = row["disable_macros"] as? Bool != true
        isEvaluated = row["check_only"] as? Bool != true
        declarations = row["type_env"] as? [[String: Any]] ?? []
        bindings = row["bindings"] as? [String: Any] ?? [:]
    }

    /// The same case with another text of its expression.
    func replacing(_ expression: String) -> ConformanceCase {
        var copy = self
        copy.expression = expression
        return copy
    }

    /// Runs the case and compares.
    func outcome() -> Outcome {
        do {
            let world = try World(declarations, bindings, container: container)
            let parsed = try world.environment.parse(expression, macros: hasMacros)
            let program: Program
            if isChecked {
                let checked = try world.environment.check(parsed)
                if let type = expected["type"] as? String, checked.type.description != type {
                    return .failed("expected type \(type), found \(checked.type)")
                }
                program = try world.environment.program(checked)
            } else {
                program = try world.environment.program(unchecked: parsed)
            }
            guard isEvaluated else { return .passed }
            let value = try program.evaluate(world.bindings)
            guard let wanted = expected["value"] as? [String: Any] else {
                return expected["error"] == nil ? .passed : .failed("expected an error, found \(value)")
            }
            return TypedValue.equal(value, try TypedValue.decode(wanted))
                ? .passed : .failed("expected \(wanted), found \(value)")
        } catch let error as ConformanceError {
            return .failed("the case cannot be read: \(error.message)")
        } catch {
            return expected["error"] == nil ? .failed("\(error)") : .passed
        }
    }
}
