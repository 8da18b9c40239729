/// A row as a JSON object: integers and doubles as numbers, decimals as strings so that no digit is lost.
public enum RowJSON {
    /// Renders the values of an encoded row under these names; values that were not sent are left out.
    public static func object(names: [String], row: [UInt8]) -> String {
        let cells = OwnedCell.read(row, columns: names.count)
        let members = zip(names, cells).filter { $0.1.kind != .absent }.map {
            "\(quote($0.0)):\(value($0.1))"
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    /// Renders one value.
    public static func value(_ cell: OwnedCell) -> String {
        switch cell.kind {
        case .absent, .null: "null"
        case .bool: cell.display
        case .int64: String(cell.integer)
        case .double: number(cell.display)
        case .json: cell.display
        case .bytes, .array: quote(Hex.encode(cell.bytes))
        case .text, .decimal, .date, .time, .timestamp, .timestampZoned, .interval, .uuid:
            quote(cell.display)
        }
    }

    /// A JSON string.
    public static func quote(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0}"..."\u{1F}", "\u{7F}":
                let code = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - code.count) + code
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// JSON has no NaN and no infinity: they become strings.
    private static func number(_ text: String) -> String {
        text.contains("n") ? quote(text) : text
    }
}
