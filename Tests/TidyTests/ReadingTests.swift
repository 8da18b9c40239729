import Testing

/// The reader behind the rules: what it takes for code, comment, string, declaration and body.
@Suite struct ReadingTests {
    @Test func commentsAndStringsAreNotCode() {
        let file = SwiftFile(
            path: "a.swift",
            text: #"""
                let a = "try! // not code" // but a comment
                /* outer /* inner */ still */ let b = 1
                let c = "\(value(of: "try!")) as!"
                """#)
        #expect(
            file.tokens.map(\.text).joined(separator: " ")
                == #"let a = " " let b = 1 let c = " ( value ( of : " " ) ) ""#)
        #expect(file.hasComment(1))
        #expect(file.hasComment(2))
        #expect(!file.hasComment(3))
    }

    @Test func rawAndMultilineStringsEndWhereTheyEnd() {
        let file = SwiftFile(
            path: "a.swift",
            text: ##"""
                let a = #"a " quote and \n"#
                let b = """
                    "quoted" and \"""
                    """
                let c = 1
                """##)
        #expect(file.tokens.map(\.text).joined(separator: " ").hasSuffix(#"" " " let c = 1"#))
        #expect(file.declarations.map(\.name) == ["a", "b", "c"])
        #expect(file.declarations.map(\.line) == [1, 2, 5])
    }

    @Test func findsDeclarationsWithTheirModifiersAndBodies() {
        let file = SwiftFile(
            path: "a.swift",
            text: """
                @available(*, deprecated)
                public private(set) var a: Int {
                    1
                }
                package struct B {
                    static func == (left: B, right: B) -> Bool { true }
                    init(_ x: Int = { 1 }()) {
                        self.init(y: x)
                    }
                }
                """)
        #expect(file.declarations.map(\.name) == ["a", "B", "==", "init"])
        #expect(file.declarations.map(\.depth) == [0, 0, 1, 1])
        #expect(file.declarations.map(\.lastLine) == [4, 10, 6, 9])
        #expect(file.declarations[0].modifiers.contains("public"))
    }

    @Test func aVariableDoesNotOwnTheStatementAfterIt() {
        let file = SwiftFile(path: "a.swift", text: "var a: Int\nwhile true {\n}\nlet b = { 1 }()\n")
        #expect(file.declarations.map(\.lastLine) == [nil, nil])
    }

    @Test func aRequirementHasNoBody() {
        let file = SwiftFile(
            path: "a.swift",
            text: "protocol P {\n    func a() throws\n    init(b: Int)\n    func c()\n}\nstruct S {}\n")
        #expect(file.declarations.map(\.name) == ["P", "a", "init", "c", "S"])
        #expect(file.declarations.map(\.lastLine) == [5, nil, nil, nil, 6])
    }

    @Test func readsTheManifestsTargets() {
        let manifest = Manifest(
            """
            let package = Package(
                dependencies: [.package(url: "https://github.com/a/b", from: "1.0.0")],
                targets: [
                    .target(name: "A", path: "Sources/Deep/A"),
                    .executableTarget(name: "B", dependencies: ["A", .product(name: "C", package: "c")]),
                    .testTarget(name: "BTests", dependencies: ["B"]),
                ])
            """)
        #expect(manifest.targets.map(\.name) == ["A", "B", "BTests"])
        #expect(manifest.targets.map(\.path) == ["Sources/Deep/A", "Sources/B", "Tests/BTests"])
        #expect(manifest.targets[1].dependencies.contains("A"))
        #expect(manifest.addresses.map(\.url) == ["https://github.com/a/b"])
        #expect(manifest.target(holding: "Sources/Deep/A/x.swift")?.name == "A")
        #expect(manifest.target(holding: "Sources/Deep/x.swift") == nil)
    }
}
