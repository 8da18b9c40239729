extension Library { static let text = Library(name: "text", functions: []) }
