import Foundation
import TrienCore

/// Who may decide in this person's place, and in whose place this person may.
public struct DelegationsState: Equatable, Sendable {
    public var list: Delegated
    /// The one that is about to be ended or laid down, while the person is asked whether to, and why.
    public var ending: Ending? = nil

    public init(list: Delegated, ending: Ending? = nil) {
        self.list = list
        self.ending = ending
    }
}

public enum Delegated: Equatable, Sendable {
    case asking

    /// With what the person has just ended.
    case known(given: [DelegationLine], received: [DelegationLine], failure: Failure? = nil, done: Words? = nil)
    case failed(Failure)
}

public struct DelegationLine: Equatable, Sendable {
    public var id: String
    public var terms: DelegationTerms
    public var state: DelegationState
    public var side: Side

    public init(id: String, terms: DelegationTerms, state: DelegationState, side: Side = .given) {
        self.id = id
        self.terms = terms
        self.state = state
        self.side = side
    }
}

/// Whether this person gave a delegation, who may end it, or received it, who may lay it down.
public enum Side: CaseIterable, Sendable {
    case given
    case received
}

/// What is delegated: with whom, in which form, about what, from when until when.
public struct DelegationTerms: Equatable, Sendable {
    /// The first line above a signature by it, such as "KT. CHỦ TỊCH".
    public var title: String
    public var name: String
    public var position: String
    public var units: [Words]
    /// None: all.
    public var kinds: [String]
    public var from: String
    public var until: String
    public var reason: String

    public init(
        title: String, name: String, position: String, units: [Words], kinds: [String], from: String, until: String, reason: String
    ) {
        self.title = title
        self.name = name
        self.position = position
        self.units = units
        self.kinds = kinds
        self.from = from
        self.until = until
        self.reason = reason
    }
}

public struct Ending: Equatable, Sendable {
    public var line: DelegationLine
    public var why: String = ""

    public init(line: DelegationLine, why: String = "") {
        self.line = line
        self.why = why
    }

    /// The log says why it ended.
    public var canEnd: Bool { !trimmed(why).isEmpty }
}

public enum DelegationsEvent: Equatable, Sendable {
    case back
    case give
    case end(line: DelegationLine)
    case why(text: String)
    case reallyEnd
    case notEnd
    case mend(remedy: Remedy)
}

/// The core takes so many characters of why one ends.
private let longestWhy = 500

public final class DelegationsPresenter: Presenter<DelegationsState, DelegationsEvent> {
    private let phone: any PhoneProtocol
    private let go: @MainActor (Place) -> Void

    // Once one has ended, the list is not what it was.
    private var hasEnded = false

    public init(phone: any PhoneProtocol, scope: Scope, go: @escaping @MainActor (Place) -> Void) {
        self.phone = phone
        self.go = go
        super.init(DelegationsState(list: .asking), scope)
        load()
    }

    public override func on(_ event: DelegationsEvent) {
        switch event {
        case .back: if !back() { go(.back) }
        case .give: go(.delegate)
        case .end(let line): show { $0.ending = Ending(line: line) }
        case .why(let text): show { $0.ending?.why = String(text.unicodeScalars.prefix(longestWhy)) }
        case .notEnd: show { $0.ending = nil }
        case .reallyEnd: end()
        case .mend(let remedy): if let place = remedy.place() { go(place) } else { load() }
        }
    }

    public override func back() -> Bool {
        let asked = state.ending != nil
        show { $0.ending = nil }
        return asked
    }

    /// Asks the server; also when the person comes back from giving one.
    public func load() {
        show { $0.list = .asking }
        ask { [self] in
            let known = try await known()
            show { $0.list = known }
        } failed: { [self] failure in
            show { $0.list = .failed(failure) }
        }
    }

    private func end() {
        guard let ending = state.ending, ending.canEnd else { return }
        let before = state.list
        hasEnded = false
        show { $0 = DelegationsState(list: .asking) }
        ask { [self] in
            try await phone.endDelegation(delegation: ending.line.id, why: trimmed(ending.why))
            hasEnded = true
            let known = try await known(done: doneWords(ending.line))
            show { $0.list = known }
        } failed: { [self] failure in
            if case .known(let given, let received, _, _) = before, !hasEnded {
                show { $0.list = .known(given: given, received: received, failure: failure) }
            } else {
                show { $0.list = .failed(failure) }
            }
        }
    }

    private func known(done: Words? = nil) async throws -> Delegated {
        let me = profile(phone)?.person.id
        let all = try await phone.delegations()
        return .known(
            given: all.filter { $0.from.id == me }.map { line($0, .given) },
            received: all.filter { $0.from.id != me }.map { line($0, .received) }, done: done)
    }
}

private func doneWords(_ line: DelegationLine) -> Words {
    switch line.side {
    case .given: words("app-delegation-end-done", ["name": line.terms.name])
    case .received: words("app-delegation-lay-down-done", ["name": line.terms.name])
    }
}

private func line(_ delegation: Delegation, _ side: Side) -> DelegationLine {
    let other = side == .given ? delegation.to : delegation.from
    let named = [delegation.fromUnit, delegation.toUnit]
    return DelegationLine(
        id: delegation.delegation,
        terms: DelegationTerms(
            title: delegation.title, name: other.name, position: other.position,
            units: distinct(delegation.units.map { unitWords($0, named) }), kinds: delegation.kinds, from: day(delegation.starts),
            until: lastDay(delegation.ends), reason: delegation.reason),
        state: delegation.state, side: side)
}

// Which other units there are is not told to this phone.
private func unitWords(_ unit: DelegationUnit, _ named: [UnitView]) -> Words {
    named.first { $0.id == unit.unit }.map { unitWords($0.name, unit.reach) } ?? words("app-delegation-elsewhere")
}

func unitWords(_ name: String, _ reach: DelegationReach) -> Words {
    switch reach {
    case .alone: .theirs(text: name)
    case .andBelow: words("app-delegation-below", ["name": name])
    }
}

/// Each once, where it stands first.
func distinct<Element: Hashable>(_ all: [Element]) -> [Element] {
    var seen: Set<Element> = []
    return all.filter { seen.insert($0).inserted }
}

/// The last day of what ends at midnight; what ends within a day has its time.
func lastDay(_ ends: Date) -> String { clock(ends) == midnight ? day(ends - 1) : "\(clock(ends)) \(day(ends))" }

private let midnight = "00:00"

public func formWords(_ form: DelegationForm) -> Words {
    switch form {
    case .kt: words("app-form-kt")
    case .tl: words("app-form-tl")
    case .tuq: words("app-form-tuq")
    }
}

/// When which form is right.
public func formMeaning(_ form: DelegationForm) -> Words {
    switch form {
    case .kt: words("app-form-kt-what")
    case .tl: words("app-form-tl-what")
    case .tuq: words("app-form-tuq-what")
    }
}

/// As it is written above a signature.
public func abbreviation(_ form: DelegationForm) -> String {
    switch form {
    case .kt: "KT."
    case .tl: "TL."
    case .tuq: "TUQ."
    }
}

public func standingWords(_ state: DelegationState) -> Words {
    switch state {
    case .planned: words("app-delegation-planned")
    case .inForce: words("app-delegation-in-force")
    case .ended: words("app-delegation-ended")
    }
}
