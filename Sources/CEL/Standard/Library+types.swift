extension Library { static let types = Library(name: "types", functions: []) }
