import Expressions

/// Code tables as text.
enum CodeRendering {
    static func canonical(_ table: CodeTable) -> [String] { [] }
    static func rows(_ table: CodeTable) -> [[String]] { [] }
    static func otherwise(_ table: CodeTable) -> String { "" }
}
