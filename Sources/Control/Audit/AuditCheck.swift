/// Checks a chain entry by entry: every digest, every link, every signed head that somebody kept.
public struct AuditCheck {
    private let chain: AuditChain
    private let trusted: AuditPublicKey?
    private var heads: [Int: [SignedHead]] = [:]
    private var end: AuditHead
    private var openIntentions: [Int] = []
    /// Intentions whose outcome somebody else put down as unknown: whoever had them may still tell it.
    private var unknownIntentions: Set<Int> = []
    private var signedThrough: Int?
    private var problems: [String] = []
    private var problemCount = 0
    /// Kept heads that were signed with other keys than the trusted one.
    private var strangers = 0
    private var compared = 0
    private var signers: Set<AuditPublicKey> = []

    /// How many problems are told; the first ones explain the others.
    private static let problemsMax = 20

    /// A check of a chain.
    ///
    /// - Parameters:
    ///   - chain: Which chain it says it is.
    ///   - kept: Signed heads that were kept elsewhere, or come along.
    ///   - trusted: Whose signatures count; nil for whoever signed.
    public init(_ chain: AuditChain, kept: [SignedHead] = [], trusted: AuditPublicKey? = nil) {
        self.chain = chain
        self.trusted = trusted
        end = chain.beginning
        for signed in kept { expect(signed) }
        compare()
    }

    /// Takes the text that stands in the place of the next entry.
    ///
    /// - Parameters:
    ///   - text: An entry's line.
    ///   - place: The number under which it is kept; nil where it has none.
    public mutating func take(_ text: String, at place: Int? = nil) {
        let number = end.entries + 1
        guard let entry = AuditEntry(text: text) else {
            note("in the place of entry \(number) stands something that is no entry")
            // What follows is compared with what was expected here.
            end.entries += 1
            return
        }
        if entry.number != number || place ?? number != number {
            note("entry \(place ?? entry.number) stands where entry \(number) is expected")
        }
        if entry.previous != end.digest {
            note("entry \(entry.number) does not follow the one before it")
        }
        if entry.computedDigest != entry.digest {
            note("entry \(entry.number) was changed: its digest does not match what it says")
        }
        settle(entry)
        end = AuditHead(entries: number, digest: entry.computedDigest)
        compare()
    }

    /// Takes a problem that whoever reads the chain has met.
    public mutating func note(_ problem: String) {
        problemCount += 1
        if problems.count < Self.problemsMax { problems.append(problem) }
    }

    /// What came of it.
    ///
    /// - Parameter head: The end that the chain says it has; nil where it says none.
    public mutating func finish(_ head: AuditHead? = nil) -> AuditVerdict {
        if let head, head != end {
            note(
                head.entries > end.entries
                    ? "the chain ends with entry \(end.entries), and \(head.entries) were counted: "
                        + "its end was cut off"
                    : "the chain's end is not the one that was noted")
        }
        for (entries, signed) in heads.sorted(by: { $0.key < $1.key }) where entries > end.entries {
            note(
                "the chain ends with entry \(end.entries), and a head that was signed at "
                    + "\(signed.map(\.at).min() ?? 0) has \(entries): its end was cut off")
        }
        if trusted != nil, signedThrough == nil, end.entries > 0 {
            note("no head is signed with the trusted key")
        }
        let untold = problemCount - problems.count
        return AuditVerdict(
            head: end, problems: problems + (untold > 0 ? ["and \(untold) more"] : []),
            chain: chain, openIntentions: openIntentions, signedThrough: signedThrough,
            signers: signers.sorted { $0.description < $1.description }, headsCompared: compared,
            headsOfOthers: strangers)
    }

    private mutating func expect(_ signed: SignedHead) {
        if !signed.isGenuine {
            note("a head of \(signed.head.entries) entries has a signature that is not its key's")
        } else if let trusted, signed.key != trusted {
            // It proves nothing: anybody can make a key. Nor does it speak against the chain: keys change.
            strangers += 1
        } else if signed.genesis != chain.genesis {
            note("a head of \(signed.head.entries) entries belongs to another chain")
        } else {
            heads[signed.head.entries, default: []].append(signed)
        }
    }

    /// Compares the end so far with the heads that were signed there.
    private mutating func compare() {
        for signed in heads[end.entries] ?? [] {
            compared += 1
            if signed.head == end {
                signedThrough = end.entries
                signers.insert(signed.key)
            } else {
                note("up to entry \(end.entries) the chain is not the one whose head was signed")
            }
        }
    }

    private mutating func settle(_ entry: AuditEntry) {
        switch entry.stage {
        case .done: break
        case .intended: openIntentions.append(entry.number)
        case .concluded(let intention, let outcome):
            if let index = openIntentions.firstIndex(of: intention) {
                openIntentions.remove(at: index)
                if outcome == .unknown { unknownIntentions.insert(intention) }
            } else if outcome == .unknown || unknownIntentions.remove(intention) == nil {
                note("entry \(entry.number) concludes entry \(intention), which is no open intention")
            }
        }
    }
}
