import Foundation
import Model

/// A JSON value whose members keep their order.
enum JSONValue {
    case object([(String, JSONValue)])
    case array([JSONValue])
    case string(String)
    case integer(Int64)
    case number(Double)
    case bool(Bool)
    case null
    /// A text that is JSON already.
    case raw(String)

    /// A text, or null.
    static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

    /// A count.
    static func count(_ value: Int) -> JSONValue { .integer(Int64(value)) }

    /// A number from a log or a source, or null.
    static func optional(_ value: UInt64?) -> JSONValue {
        value.map { .integer(Int64(clamping: $0)) } ?? .null
    }

    /// A row's value: integers and doubles as numbers, decimals as strings so that no digit is lost.
    static func cell(_ cell: OwnedCell?) -> JSONValue {
        guard let cell else { return .null }
        switch cell.kind {
        case .absent, .null: return .null
        case .bool: return .bool(cell.integer != 0)
        case .int64: return .integer(cell.integer)
        case .double:
            return Double(cell.display).map { $0.isFinite ? .number($0) : .string(cell.display) } ?? .null
        default: return .string(cell.display)
        }
    }

    /// A time in microseconds since 1970 as RFC 3339, or null.
    static func time(_ microseconds: Int64?) -> JSONValue {
        .optional(microseconds.map { Timestamp(microseconds: $0, isZoned: true).description })
    }

    /// The value of a JSON text; the text itself when it is none.
    static func parsed(_ text: String) -> JSONValue {
        do {
            _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
            return .raw(text)
        } catch {
            // What is no JSON is shown as what it is.
            return .string(text)
        }
    }

    /// The value on one line.
    var line: String {
        switch self {
        case .object(let members):
            "{" + members.map { "\(Self.quote($0.0)):\($0.1.line)" }.joined(separator: ",") + "}"
        case .array(let items): "[" + items.map(\.line).joined(separator: ",") + "]"
        case .string(let text): Self.quote(text)
        case .integer(let value): String(value)
        case .number(let value): value.isFinite ? "\(value)" : "null"
        case .bool(let value): value ? "true" : "false"
        case .null: "null"
        case .raw(let text): Self.tame(text)
        }
    }

    /// JSON text on one line. Between strings, controls are white space; in them, only escapes can stand for
    /// controls, and whatever else a terminal would act on is escaped here.
    private static func tame(_ text: String) -> String {
        var tamed = ""
        for scalar in text.unicodeScalars {
            if scalar.value < 0x20 {
                tamed += " "
            } else if scalar.isHarmfulInTerminal {
                tamed += escape(scalar)
            } else {
                tamed.unicodeScalars.append(scalar)
            }
        }
        return tamed
    }

    /// The character as one or two `\u` escapes.
    private static func escape(_ scalar: Unicode.Scalar) -> String {
        String(scalar).utf16.map { unit in
            let code = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - code.count) + code
        }.joined()
    }

    /// A JSON string in which no character can do anything to a terminal.
    private static func quote(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.isHarmfulInTerminal: quoted += escape(scalar)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int64) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(nilLiteral: ()) { self = .null }
    init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(elements) }
}
