extension Library { static let math = Library(name: "math", functions: []) }
