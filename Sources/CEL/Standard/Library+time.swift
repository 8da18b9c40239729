extension Library { static let time = Library(name: "time", functions: []) }
