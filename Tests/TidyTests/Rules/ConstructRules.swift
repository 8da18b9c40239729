/// Constructs that the code does without, each with what to write instead.
enum ConstructRules {
    /// `try!`, `as!`, forced unwrapping and implicitly unwrapped optionals.
    static func forced(_ file: SwiftFile) -> [Finding] {
        let tokens = file.tokens
        return tokens.indices.dropFirst().compactMap { index in
            guard tokens[index].text == "!", tokens[index].isGlued else { return nil }
            let before = tokens[index - 1]
            // `a!=b` is a comparison; a glued mark after an operator is the start of a prefix expression.
            if index + 1 < tokens.count, tokens[index + 1].isGlued, tokens[index + 1].text == "=" {
                return nil
            }
            guard before.isWord || [")", "]", "?", "\"", ">", "}"].contains(before.text) else { return nil }
            let instead =
                switch before.text {
                case "try": "`try`, and let the caller know or handle it"
                case "as": "`as?` with a named error"
                default: "`guard let` with a named error, or a precondition that says why"
                }
            return Finding(
                file.path, tokens[index].line, "`\(before.text)!` ends the process: use \(instead)")
        }
    }

    /// Calls and types that are banned by name.
    static func banned(_ file: SwiftFile) -> [Finding] {
        var findings: [Finding] = []
        for (index, token) in file.tokens.enumerated() where token.isWord {
            for construct in bannedConstructs where construct.first == token.text {
                let text = construct.dropFirst().enumerated().allSatisfy { offset, part in
                    index + offset + 1 < file.tokens.count && file.tokens[index + offset + 1].text == part
                }
                guard text else { continue }
                let name = construct.joined()
                findings.append(Finding(file.path, token.line, "`\(name)`: \(replacement(of: name))"))
            }
        }
        return findings
    }

    /// Statements that give something up and must say why it holds: on the line, or right above it.
    static func unexplained(_ file: SwiftFile) -> [Finding] {
        let tokens = file.tokens
        return tokens.indices.compactMap { index in
            let next = index + 1 < tokens.count ? tokens[index + 1].text : ""
            let waiver: String
            switch (tokens[index].text, next) {
            case ("@unchecked", "Sendable"): waiver = "@unchecked Sendable"
            case ("nonisolated", "("):
                guard index + 2 < tokens.count, tokens[index + 2].text == "unsafe" else { return nil }
                waiver = "nonisolated(unsafe)"
            case ("try", "?") where tokens[index + 1].isGlued: waiver = "try?"
            case ("DispatchQueue", _): waiver = tokens[index].text
            default: return nil
            }
            // One reason serves a run of lines that all give up the same.
            var first = tokens[index].line
            while first > 1, file.code[first - 2].contains(waiver), !file.hasComment(first) { first -= 1 }
            guard !file.isExplained(first) else { return nil }
            return Finding(
                file.path, tokens[index].line,
                "`\(waiver)` without a reason: say on the line above why it holds")
        }
    }

    /// Output from a library.
    static func printing(_ file: SwiftFile) -> [Finding] {
        calls(of: ["print", "debugPrint", "dump", "NSLog"], in: file).map { token in
            Finding(
                file.path, token.line,
                "`\(token.text)` in a library: return the value, or log through the caller's logger")
        }
    }

    /// Tests that wait for a fixed time.
    static func sleeping(_ file: SwiftFile) -> [Finding] {
        let waits = calls(of: ["sleep", "usleep", "nanosleep"], in: file) + memberSleeps(file)
        return waits.map { token in
            Finding(
                file.path, token.line,
                "`\(token.text)` in a test: use a manual clock, or wait for a signal with a deadline (TestKit)"
            )
        }
    }

    /// Tests that do not run.
    static func skipping(_ file: SwiftFile) -> [Finding] {
        calls(
            of: ["disabled", "withKnownIssue", "XCTSkip", "XCTSkipIf", "XCTSkipUnless"], in: file,
            members: true
        )
        .map { token in
            Finding(file.path, token.line, "`\(token.text)` skips a test: repair it or remove it")
        }
    }

    /// Marks of unfinished work.
    static func unfinished(_ file: SwiftFile) -> [Finding] {
        file.comments.enumerated().flatMap { index, line in
            line.split { !$0.isLetter }.filter { marks.contains(String($0)) }.map { mark in
                Finding(
                    file.path, index + 1,
                    "`\(mark)`: finish it now, or write down the limit where the user reads it")
            }
        }
    }

    private static func calls(of names: Set<String>, in file: SwiftFile, members: Bool = false) -> [Token] {
        let tokens = file.tokens
        return tokens.indices.filter { index in
            guard names.contains(tokens[index].text), index + 1 < tokens.count else { return false }
            let opens = ["(", "{"].contains(tokens[index + 1].text)
            let before = index > 0 ? tokens[index - 1].text : ""
            return opens && before != "func" && (members || before != ".")
        }.map { tokens[$0] }
    }

    /// Sleeps of a task, a thread or a real clock; a manual clock's `sleep` waits for the test, not for time.
    private static func memberSleeps(_ file: SwiftFile) -> [Token] {
        let tokens = file.tokens
        let receivers: Set<String> = ["Task", "Thread", ")", "continuous", "suspending"]
        return tokens.indices.dropFirst(2).filter { index in
            tokens[index].text == "sleep" && tokens[index - 1].text == "."
                && receivers.contains(tokens[index - 2].text)
        }.map { tokens[$0] }
    }

    private static func replacement(of name: String) -> String {
        switch name {
        case "fatalError(": "throw for the world's faults, `precondition` with a reason for ours"
        default: "run it in a service or a task group that someone waits for"
        }
    }

    private static let bannedConstructs: [[String]] = [
        ["fatalError", "("], ["Task", ".", "detached"], ["Task", "{"],
    ]

    /// Put together from parts, so that this file does not carry the marks it looks for.
    private static let marks: Set<String> = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
}
