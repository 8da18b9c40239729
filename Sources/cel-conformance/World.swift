import CEL

/// The declarations and values of a case.
struct World {
    let environment: Environment
    let bindings: ArrayBindings

    init(
        _ declarations: [[String: Any]], _ values: [String: Any], container: String
    ) throws(ConformanceError) {
        var variables: [Variable] = []
        var functions: [Function] = []
        for declaration in declarations {
            guard let name = declaration["name"] as? String else {
                throw ConformanceError("a name is missing")
            }
            if let overloads = declaration["overloads"] as? [[String: Any]] {
                functions.append(try World.function(name, overloads))
            } else {
                variables.append(Variable(name, try World.type(declaration["type"])))
            }
        }
        for name in values.keys.sorted() where !variables.contains(where: { $0.name == name }) {
            variables.append(Variable(name, .dyn))
        }
        environment = Environment(
            variables: variables, libraries: [Library(name: "case", functions: functions)],
            container: container)
        var slots: [Value] = []
        for variable in variables {
            if let value = values[variable.name] as? [String: Any] {
                slots.append(try TypedValue.decode(value))
            } else {
                slots.append(.null)
            }
        }
        bindings = ArrayBindings(slots)
    }

    private static func function(_ name: String, _ overloads: [[String: Any]]) throws(ConformanceError)
        -> Function
    {
        var declared: [Overload] = []
        for overload in overloads {
            var parameters: [CELType] = []
            for parameter in overload["params"] as? [Any] ?? [] { parameters.append(try type(parameter)) }
            declared.append(
                Overload(
                    overload["id"] as? String ?? name, isReceiver: overload["receiver"] as? Bool ?? false,
                    parameters,
                    returns: try type(overload["result"]), nil))
        }
        return Function(name, declared)
    }

    private static func type(_ text: Any?) throws(ConformanceError) -> CELType {
        guard let text = text as? String, let type = CELType(text) else {
            throw ConformanceError("not a type: \(text ?? "nothing")")
        }
        return type
    }
}
