extension Library { static let strings = Library(name: "strings", functions: []) }
