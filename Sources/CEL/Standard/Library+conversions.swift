extension Library { static let conversions = Library(name: "conversions", functions: []) }
