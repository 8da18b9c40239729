extension Overload {
    /// Whether a call with so many arguments fits.
    func accepts(count: Int) -> Bool {
        isVariadic ? count >= parameters.count : count == parameters.count
    }

    /// The type of a parameter, the last one repeating when variadic.
    func parameter(_ index: Int) -> CELType { parameters[min(index, parameters.count - 1)] }
}
