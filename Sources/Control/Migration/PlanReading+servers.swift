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
        reading.warn(of: declarations.control) { try Systems.controlObstacles(plan) }
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
        return try obstacles + storeObstacles(of: system, plan)
    }

    /// What stands in the way of writing a plan's tables in a service's store.
    private func storeObstacles(of system: String, _ plan: CheckedPlan) throws -> [PostgresObstacle] {
        guard case .postgres(let address) = try reach(of: system) else { return [] }
        let written = plan.contexts.filter { $0.service == system }.flatMap(\.aggregates).flatMap {
            [$0.table.name] + $0.parts.map(\.table.name)
        }
        return written.isEmpty
            ? [] : try PostgresStoreObstacles.all(written, at: try PostgresAddress(address))
    }

    /// What stands in the way of keeping what the plan's migration knows of itself.
    static func controlObstacles(_ plan: CheckedPlan) throws -> [PostgresObstacle] {
        guard case .postgres(let address) = plan.control.connector else { return [] }
        return try PostgresStoreObstacles.control(at: try PostgresAddress(address))
    }

    /// What stands in the way in the stores, and where the control store is to be; and in words what could
    /// not be asked.
    func obstaclesElsewhere(_ plan: CheckedPlan) -> (found: [Assessment.Obstacle], unasked: [String]) {
        var found: [Assessment.Obstacle] = []
        var unasked: [String] = []
        func add(_ system: String, _ obstacles: () throws -> [PostgresObstacle]) {
            do {
                found += try obstacles().map {
                    Assessment.Obstacle(system: system, message: $0.message, remedy: $0.remedy)
                }
            } catch {
                unasked.append("\(system) could not be asked what stands in the way: \(error)")
            }
        }
        for store in Set(plan.contexts.map(\.service)).sorted() {
            add(store) { try storeObstacles(of: store, plan) }
        }
        add(plan.control.name) { try Self.controlObstacles(plan) }
        return (found, unasked)
    }
}
