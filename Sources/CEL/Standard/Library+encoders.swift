extension Library { static let encoders = Library(name: "encoders", functions: []) }
