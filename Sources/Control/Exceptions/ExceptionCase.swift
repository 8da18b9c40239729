import Guards
public import Reconcile

/// One difference on its way from being found to being closed. Nothing of it is ever deleted.
///
/// Pure: whoever keeps it hands it what passes saw and what people decide, in order, and keeps what it
/// becomes. A repair is no verification: only a pass that came later, and judged the key, verifies.
public struct ExceptionCase: Sendable, Hashable, Codable {
    /// Its number in the control store; 0 before it is kept.
    public var number = 0
    /// The context.
    public let context: String
    /// The difference as it was last seen.
    public private(set) var discrepancy: Discrepancy
    /// Whether it must be decided by an approver of the plan's.
    public private(set) var isMaterial: Bool
    /// How it stands.
    public private(set) var state = ExceptionState.open
    /// Whose it is.
    public private(set) var owner: String?
    /// Until when something should have been done, in microseconds since 1970.
    public private(set) var deadline: Int64?
    /// What somebody wants to decide and nobody has approved.
    public private(set) var wanted: ExceptionDecision?
    /// Whether an approver wants it to be written right, as it was seen then.
    public private(set) var isClearedForRepair = false
    /// The number of the pass that saw it first.
    public let firstPass: Int
    /// The number of the pass that saw it last.
    public private(set) var lastPass: Int
    /// When it was repaired.
    private var repairedAt: Int64?
    /// When the pass ended that saw it last: one that began before says nothing about its being gone.
    private var lastSeenAt: Int64
    /// Everything that happened to it, in order.
    public private(set) var history: [ExceptionStep]

    /// A difference that a pass sees for the first time.
    ///
    /// - Parameters:
    ///   - discrepancy: What was found.
    ///   - context: Where.
    ///   - isMaterial: Whether a rule of the plan makes it material.
    ///   - owner: Whose it is by the plan.
    ///   - pass: The number of the pass.
    ///   - at: When, in microseconds since 1970.
    public init(
        _ discrepancy: Discrepancy, in context: String, isMaterial: Bool, owner: String?, pass: Int, at: Int64
    ) {
        self.discrepancy = discrepancy
        self.context = context
        self.isMaterial = isMaterial
        self.owner = owner
        (firstPass, lastPass, lastSeenAt) = (pass, pass, at)
        history = [ExceptionStep(at: at, by: "pass \(pass)", what: "found")]
        if let owner {
            state = .assigned
            history.append(ExceptionStep(at: at, by: "the plan", what: "assigned", text: owner))
        }
    }

    /// What tells it from every other one of its context.
    public var identity: String { "\(discrepancy.of) \(discrepancy.keyDigest)" }

    // MARK: what passes see

    /// A pass saw it again.
    ///
    /// - Parameters:
    ///   - seen: The difference as it is now.
    ///   - isMaterial: Whether a rule of the plan makes it material.
    ///   - pass: The number of the pass.
    ///   - began: When the pass began: one that was under way when it was repaired says nothing about that.
    ///   - at: When the pass ended.
    public mutating func see(_ seen: Discrepancy, isMaterial: Bool, pass: Int, began: Int64, at: Int64) {
        // What is seen twice by one pass is one sighting.
        guard pass > lastPass else { return }
        let isSame = seen.kind == discrepancy.kind && seen.fields == discrepancy.fields
        // What was approved was the repair of what had been seen.
        if !isSame { isClearedForRepair = false }
        let isNewlyMaterial = isMaterial && !self.isMaterial
        if !isSame, let overtaken = wanted {
            wanted = nil
            note("overtaken", by: "pass \(pass)", at, "\(overtaken.kind.word): it differs in another way now")
        }
        discrepancy = seen
        self.isMaterial = isMaterial
        (lastPass, lastSeenAt) = (pass, at)
        switch state {
        case .open, .assigned: break
        case .repaired:
            if began > repairedAt ?? .max { reopen("it is still there after its repair", pass, at) }
        case .waived(let until):
            if at >= until, Guard.waiverEnds.holds {
                reopen("its waiver has ended", pass, at)
            } else if !isSame || isNewlyMaterial {
                reopen("it is another one than was waived", pass, at)
            }
        case .accepted:
            if !isSame || isNewlyMaterial { reopen("it is another one than was accepted", pass, at) }
        case .verified, .closed: reopen("it has come back", pass, at)
        }
    }

    /// A pass judged its key and saw no difference.
    ///
    /// - Parameters:
    ///   - pass: The number of the pass.
    ///   - began: When the pass began.
    ///   - at: When it ended.
    public mutating func miss(pass: Int, began: Int64, at: Int64) {
        guard pass > lastPass, began > lastSeenAt else { return }
        isClearedForRepair = false
        switch state {
        case .closed: return
        case .verified:
            state = .closed
            note("closed", by: "pass \(pass)", at)
        case .repaired where began <= repairedAt ?? .max: return
        case .open, .assigned, .repaired, .waived, .accepted:
            state = .verified
            wanted = nil
            note("verified", by: "pass \(pass)", at, "there is no difference any more")
        }
        lastPass = pass
    }

    private mutating func reopen(_ reason: String, _ pass: Int, _ at: Int64) {
        state = owner == nil ? .open : .assigned
        repairedAt = nil
        note("reopened", by: "pass \(pass)", at, reason)
    }

    // MARK: what people do

    /// Gives it to somebody.
    public mutating func assign(to owner: String, until deadline: Int64?, by: String, at: Int64) throws {
        try requireUnresolved("assigned")
        self.owner = owner
        self.deadline = deadline ?? self.deadline
        if state == .open { state = .assigned }
        note("assigned", by: by, at, owner)
    }

    /// Adds words to it.
    public mutating func comment(_ text: String, by: String, at: Int64) { note("note", by: by, at, text) }

    /// Decides about it; where it is material, as somebody's wish that an approver has to approve.
    public mutating func decide(_ decision: ExceptionDecision) throws {
        try requireUnresolved("decided about")
        if case .waive(let until) = decision.kind, until <= decision.at {
            throw ExceptionRefusal("a waiver must end in the future", hint: "name a later day")
        }
        guard isMaterial else { return carryOut(decision, decision.at) }
        wanted = decision
        note("wanted", by: decision.by, decision.at, "\(decision.kind.word): \(decision.because)")
    }

    /// Approves what somebody wants to decide.
    ///
    /// - Parameter approvers: Who may, by the plan.
    public mutating func approve(by: String, among approvers: [String], at: Int64) throws {
        guard let wanted else {
            throw ExceptionRefusal(
                "nothing about exception \(number) waits for an approval",
                hint: "see `banyan exceptions show`")
        }
        guard approvers.contains(by) else {
            throw ExceptionRefusal(
                "\(by) is no approver of \(context)",
                hint: "the plan names: \(approvers.joined(separator: ", "))")
        }
        guard by != wanted.by else {
            throw ExceptionRefusal(
                "nobody approves what they want themselves", hint: "have another approver look at it")
        }
        if case .waive(let until) = wanted.kind, until <= at {
            throw ExceptionRefusal(
                "the day until which exception \(number) was to be waived is over",
                hint: "have it waived anew")
        }
        note("approved", by: by, at, "\(wanted.kind.word) of \(wanted.by)")
        self.wanted = nil
        carryOut(wanted, at)
    }

    /// A repair has written it right.
    public mutating func repair(by: String, at: Int64) throws {
        try requireUnresolved("repaired")
        if isMaterial, !isClearedForRepair {
            throw ExceptionRefusal(
                "exception \(number) is material, and nobody has approved its repair",
                hint: "ask for it with `banyan exceptions clear`, and have it approved")
        }
        state = Guard.repairIsVerified.holds ? .repaired : .verified
        isClearedForRepair = false
        repairedAt = at
        note("repaired", by: by, at)
    }

    private mutating func carryOut(_ decision: ExceptionDecision, _ at: Int64) {
        switch decision.kind {
        case .waive(let until):
            state = .waived(until: until)
            note("waived", by: decision.by, at, decision.because)
        case .accept:
            state = .accepted
            note("accepted", by: decision.by, at, decision.because)
        case .repair:
            isClearedForRepair = true
            note("cleared", by: decision.by, at, decision.because)
        }
    }

    private func requireUnresolved(_ what: String) throws {
        guard state.isUnresolved else {
            let hint =
                switch state {
                case .waived: "it is open again when its day is over, or a pass sees other values"
                case .accepted: "it is open again when a pass sees other values"
                default: "it is open again when a pass sees it again"
                }
            throw ExceptionRefusal(
                "exception \(number) is \(state.word), and cannot be \(what)", hint: hint)
        }
    }

    private mutating func note(_ what: String, by: String, _ at: Int64, _ text: String? = nil) {
        history.append(ExceptionStep(at: at, by: by, what: what, text: text))
    }
}
