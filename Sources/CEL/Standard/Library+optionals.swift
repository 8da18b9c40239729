extension Library { static let optionals = Library(name: "optionals", functions: []) }
