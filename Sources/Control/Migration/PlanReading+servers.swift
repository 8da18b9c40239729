import Model
import Plan
import PostgreSQL
import PostgresConnector

extension PlanReading {
    /// The reading with what stands in the way of running the plan in the servers that it names: settings,
    /// rights, replica identities, each with the statement that clears it.
    ///
    /// Warnings, because the plan itself is right. Asked of a plan without errors only.
    public func askingServers() -> PlanReading {
        guard let plan, let declarations else { return self }
        var reading = self
        let systems = Systems(plan)
        for system in declarations.systems {
            reading.warn(of: system) { try systems.obstacles(of: system.name.value, plan) }
        }
        if case .postgres(let address) = declarations.control.reach {
            reading.warn(of: declarations.control) {
                try PostgresStoreObstacles.control(at: try PostgresAddress(address.reveal { $0 }))
            }
        }
        return reading
    }

    private mutating func warn(of system: SystemText, _ obstacles: () throws -> [PostgresObstacle]) {
        let name = system.name.value
        do {
            diagnostics += try obstacles().map { obstacle in
                warning(at: system, "\(name): \(obstacle.message)", hint: obstacle.remedy)
            }
        } catch {
            diagnostics.append(
                warning(
                    at: system, "\(name) could not be asked what stands in the way: \(error)",
                    hint: "what `banyan run` needs of it is not known to be there"))
        }
    }

    private func warning(at system: SystemText, _ message: String, hint: String) -> PlanDiagnostic {
        PlanDiagnostic(
            severity: .warning, code: PlanMistake.serverNotReady.rawValue, location: system.name.location,
            path: system.name.path, message: message, hint: hint)
    }
}

extension Systems {
    /// What stands in the way of a plan in one of its systems: of capturing it where it is a legacy system,
    /// of writing it where it is a service's store.
    func obstacles(of system: String, _ plan: CheckedPlan) throws -> [PostgresObstacle] {
        guard case .postgres(let text) = try reach(of: system) else { return [] }
        let address = try PostgresAddress(text)
        var obstacles: [PostgresObstacle] = []
        if plan.contexts.contains(where: { $0.legacy == system }) {
            let request = request(for: CapturedTables(of: system, in: plan), of: system)
            obstacles += try PostgresCapture.obstacles(request, at: address)
        }
        let written = plan.contexts.filter { $0.service == system }.flatMap(\.aggregates).flatMap {
            [$0.table.name] + $0.parts.map(\.table.name)
        }
        if !written.isEmpty { obstacles += try PostgresStoreObstacles.all(written, at: address) }
        return obstacles
    }
}
