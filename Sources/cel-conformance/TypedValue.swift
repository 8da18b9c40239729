import CEL
import Foundation

/// Values as the cases write them: `{"t": type, "v": value}`.
enum TypedValue {
    /// The value of an encoding.
    static func decode(_ encoding: [String: Any]) throws(ConformanceError) -> Value {
        let content = encoding["v"]
        let text = content as? String
        switch encoding["t"] as? String {
        case "null": return .null
        case "bool": if let value = content as? Bool { return .bool(value) }
        case "int": if let value = text.flatMap({ Int64($0) }) { return .int(value) }
        case "uint": if let value = text.flatMap({ UInt64($0) }) { return .uint(value) }
        case "double": if let value = text.flatMap({ Double($0) }) { return .double(value) }
        case "string": if let text { return Value(text) }
        case "bytes":
            if let data = text.flatMap({ Data(base64Encoded: $0) }) { return .bytes(Bytes(Array(data))) }
        case "type": if let text { return .type(TypeValue(name: text)) }
        case "list": if let elements = content as? [[String: Any]] { return Value(try decode(elements)) }
        case "map": if let entries = content as? [[[String: Any]]] { return try map(entries) }
        case "timestamp": if let value = timestamp(encoding) { return .timestamp(value) }
        case "duration": if let value = duration(encoding) { return .duration(nanoseconds: value) }
        default: break
        }
        throw ConformanceError("not a value: \(encoding)")
    }

    private static func decode(_ encodings: [[String: Any]]) throws(ConformanceError) -> [Value] {
        var values: [Value] = []
        for encoding in encodings { values.append(try decode(encoding)) }
        return values
    }

    private static func map(_ entries: [[[String: Any]]]) throws(ConformanceError) -> Value {
        var values: [(key: Value, value: Value)] = []
        for entry in entries where entry.count == 2 {
            values.append((try decode(entry[0]), try decode(entry[1])))
        }
        do throws(EvaluationError) {
            return .map(try MapValue(values))
        } catch {
            throw ConformanceError(error.message)
        }
    }

    private static func parts(_ encoding: [String: Any]) -> (Int64, Int32)? {
        guard let seconds = (encoding["seconds"] as? String).flatMap({ Int64($0) }) else { return nil }
        return (seconds, Int32(encoding["nanos"] as? Int ?? 0))
    }

    private static func timestamp(_ encoding: [String: Any]) -> Timestamp? {
        parts(encoding).flatMap { Timestamp(seconds: $0, nanoseconds: $1) }
    }

    private static func duration(_ encoding: [String: Any]) -> Int64? {
        parts(encoding).map { $0 * 1_000_000_000 + Int64($1) }
    }

    /// Whether two values have the same type and content; any NaN equals any other.
    static func equal(_ a: Value, _ b: Value) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.bool(let x), .bool(let y)): x == y
        case (.int(let x), .int(let y)): x == y
        case (.uint(let x), .uint(let y)): x == y
        case (.double(let x), .double(let y)): x == y || (x.isNaN && y.isNaN)
        case (.string(let x), .string(let y)): x == y
        case (.bytes(let x), .bytes(let y)): x == y
        case (.type(let x), .type(let y)): x == y
        case (.timestamp(let x), .timestamp(let y)): x == y
        case (.duration(let x), .duration(let y)): x == y
        case (.list(let x), .list(let y)):
            x.count == y.count && zip(x.values, y.values).allSatisfy { equal($0, $1) }
        case (.map(let x), .map(let y)):
            x.count == y.count
                && x.entries.allSatisfy { entry in
                    y.entries.contains { equal($0.key, entry.key) && equal($0.value, entry.value) }
                }
        default: false
        }
    }
}
