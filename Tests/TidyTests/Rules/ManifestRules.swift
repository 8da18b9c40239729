/// What the manifest may say, and which files it must reach.
enum ManifestRules {
    /// Targets that depend on what stands below them.
    static func order(_ manifest: Manifest) -> [Finding] {
        let names = Set(manifest.targets.map(\.name))
        var above: Set<String> = []
        var findings: [Finding] = []
        for target in manifest.targets {
            for dependency in target.dependencies
            where names.contains(dependency) && !above.contains(dependency) {
                findings.append(
                    Finding(
                        "Package.swift", target.line,
                        "`\(target.name)` depends on `\(dependency)`, which stands below it: targets stand in the order of the flow"
                    ))
            }
            above.insert(target.name)
        }
        return findings
    }

    /// Dependencies of a target that the architecture does not allow.
    static func dependencies(_ manifest: Manifest, places: [String: Architecture.Place]) -> [Finding] {
        manifest.targets.flatMap { target -> [Finding] in
            guard let place = places[target.name] else { return [] }
            return target.dependencies.filter { !place.imports.contains($0) }.map { dependency in
                Finding("Package.swift", target.line, "`\(target.name)` may not depend on `\(dependency)`")
            }
        }
    }

    /// Packages from anywhere but GitHub.
    static func hosts(_ manifest: Manifest) -> [Finding] {
        manifest.addresses.filter { !$0.url.hasPrefix("https://github.com/") }.map { address in
            Finding(
                "Package.swift", address.line, "`\(address.url)`: packages come from https://github.com/ only"
            )
        }
    }

    /// Swift files that no target builds, and files without a word of code.
    static func dead(_ file: SwiftFile, manifest: Manifest) -> [Finding] {
        guard file.path.hasPrefix("Sources/") || file.path.hasPrefix("Tests/") else { return [] }
        if manifest.target(holding: file.path) == nil {
            return [
                Finding(file.path, 0, "belongs to no target: name its folder in Package.swift or remove it")
            ]
        }
        if file.tokens.isEmpty {
            return [Finding(file.path, 0, "holds no code: remove it")]
        }
        return []
    }

    /// Targets whose folder holds nothing.
    static func emptyTargets(_ manifest: Manifest, paths: [String]) -> [Finding] {
        manifest.targets.filter { target in !paths.contains { $0.hasPrefix(target.path + "/") } }.map {
            target in
            Finding("Package.swift", target.line, "`\(target.name)`: `\(target.path)` holds no file")
        }
    }

    /// Files that git must not track.
    static func made(_ paths: [String]) -> [Finding] {
        paths.filter { path in
            path == "Package.resolved" || path.hasSuffix("/Package.resolved")
                || path.split(separator: "/").contains { [".build", ".swiftpm"].contains($0) }
        }.map { Finding($0, 0, "is made by the build: remove it from git") }
    }
}
