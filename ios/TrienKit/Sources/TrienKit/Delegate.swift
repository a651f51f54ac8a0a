import Foundation
import TrienCore

/// Letting somebody decide in this person's place: whom, how, about what, how long, why; then a last look and the prompt.
public struct DelegateState: Equatable, Sendable {
    public var people: People
    public var search: String = ""
    public var whom: PersonLine? = nil
    public var form: DelegationForm = .tl
    /// Of which units' requests one is chosen.
    public var scopes: [ScopeLine] = []
    public var scope: Int = 0
    public var kinds: String = ""
    public var from: String = ""
    public var until: String = ""
    public var reason: String = ""
    /// What is missing, or cannot be; nothing is signed before it is mended.
    public var fault: Words? = nil
    public var step: DelegateStep = .choosing

    public init(people: People, scopes: [ScopeLine] = [], from: String = "") {
        self.people = people
        self.scopes = scopes
        self.from = from
    }
}

/// To whom this person may delegate.
public enum People: Equatable, Sendable {
    case asking
    case known(lines: [PersonLine])
    case failed(Failure)
}

public struct PersonLine: Equatable, Sendable {
    public var id: String
    public var name: String
    public var position: String
    public var unit: String
    public var forms: [DelegationForm]
    public var deputy: Bool

    public init(id: String, name: String, position: String, unit: String, forms: [DelegationForm], deputy: Bool) {
        self.id = id
        self.name = name
        self.position = position
        self.unit = unit
        self.forms = forms
        self.deputy = deputy
    }
}

public struct ScopeLine: Equatable, Sendable {
    public var unit: String
    public var words: Words
    public var reach: DelegationReach

    public init(unit: String, words: Words, reach: DelegationReach) {
        self.unit = unit
        self.words = words
        self.reach = reach
    }
}

public enum DelegateStep: Equatable, Sendable {
    case choosing
    case writing

    /// The last look: all that will be signed.
    case sheet(terms: DelegationTerms)

    /// The system's prompt is before the person, or the delegation is on its way.
    case signing(terms: DelegationTerms)
    case given(terms: DelegationTerms)

    /// It was signed and sent, and no answer says what became of it: the list does.
    case unknown
    case failed(Failure)
}

/// How long it is to last, from its first day on.
public enum Lasting: String, CaseIterable, Sendable {
    case today = "app-delegate-today"
    case week = "app-delegate-week"
    case month = "app-delegate-month"
}

public enum DelegateEvent: Equatable, Sendable {
    case back
    case search(text: String)
    case choose(person: String)
    case another
    case form(form: DelegationForm)
    case scope(scope: Int)
    case kinds(text: String)
    case from(text: String)
    case until(text: String)
    case last(lasting: Lasting)
    case reason(text: String)
    case look
    case sign
    case done
    case mend(remedy: Remedy)
}

/// The core takes so many characters of a reason.
private let longestWhy = 2000

/// Law and core allow a year.
private let longestDays = 366

public final class DelegatePresenter: Presenter<DelegateState, DelegateEvent> {
    private let phone: any PhoneProtocol
    private let go: @MainActor (Place) -> Void
    private var known: [Delegate] = []

    public init(phone: any PhoneProtocol, scope: Scope, go: @escaping @MainActor (Place) -> Void) {
        self.phone = phone
        self.go = go
        super.init(DelegateState(people: .asking, from: day(phone.serverNow())), scope)
        look()
    }

    public override func on(_ event: DelegateEvent) {
        switch event {
        case .back: if !back() { go(.back) }
        case .search(let text): search(text)
        case .choose(let person): choose(person)
        case .another: put(.choosing)
        case .form(let form): write { $0.form = form }
        case .scope(let scope): write { $0.scope = scope }
        case .kinds(let text): write { $0.kinds = text }
        case .from(let text): write { $0.from = text }
        case .until(let text): write { $0.until = text }
        case .last(let lasting): last(lasting)
        case .reason(let text): write { $0.reason = String(text.unicodeScalars.prefix(longestWhy)) }
        case .look: lookAtSheet()
        case .sign: sign()
        case .done: go(.back)
        case .mend(let remedy): mend(remedy)
        }
    }

    // What is being signed stays; what was given is over.
    public override func back() -> Bool {
        switch state.step {
        case .sheet, .failed: put(.writing)
        case .writing: put(.choosing)
        case .signing: break
        case .choosing, .given, .unknown: return false
        }
        return true
    }

    private func mend(_ remedy: Remedy) {
        // From a sheet that was not taken one goes back to what was written.
        if case .failed = state.step, remedy == .goBack { return put(.writing) }
        if let place = remedy.place() { return go(place) }
        if case .failed = state.people { look() } else { put(.writing) }
    }

    private func look() {
        show { $0.people = .asking }
        ask { [self] in
            let me = profile(phone)?.person.id
            known = try await phone.delegates().filter { $0.person.id != me && !$0.forms.isEmpty }
            show {
                $0.people = people($0.search)
                $0.scopes = scopes()
            }
        } failed: { [self] failure in
            show { $0.people = .failed(failure) }
        }
    }

    private func search(_ text: String) {
        show {
            $0.search = text
            $0.people = people(text)
        }
    }

    private func people(_ search: String) -> People {
        .known(lines: known.map { personLine($0) }.filter { sought("\($0.name) \($0.position) \($0.unit)", search) })
    }

    private func personLine(_ delegate: Delegate) -> PersonLine {
        PersonLine(
            id: idOf(delegate), name: delegate.person.name, position: delegate.person.position, unit: delegate.unit.name,
            forms: delegate.forms, deputy: delegate.isDeputy)
    }

    private func scopes() -> [ScopeLine] {
        guard let own = profile(phone)?.unit else { return [] }
        var met: Set<String> = [own.id]
        let below = known.map(\.unit).filter { met.insert($0.id).inserted }
        return [scopeLine(own, .andBelow), scopeLine(own, .alone)] + below.map { scopeLine($0, .andBelow) }
    }

    private func scopeLine(_ unit: UnitView, _ reach: DelegationReach) -> ScopeLine {
        ScopeLine(unit: unit.id, words: unitWords(unit.name, reach), reach: reach)
    }

    private func choose(_ person: String) {
        guard let delegate = known.first(where: { idOf($0) == person }) else { return }
        let line = personLine(delegate)
        write {
            $0.whom = line
            $0.form = firstForm(line)
            $0.step = .writing
        }
    }

    // A post that does not say whose it is may take KT., but only the leader knows that it is a deputy's.
    private func firstForm(_ line: PersonLine) -> DelegationForm { line.forms.first { line.deputy || $0 != .kt } ?? line.forms[0] }

    private func last(_ lasting: Lasting) {
        let first = dayOf(state.from) ?? localDay(phone.serverNow())
        write {
            $0.from = day(first)
            $0.until = day(later(first, days: days(lasting) - 1))
        }
    }

    private func write(_ change: (inout DelegateState) -> Void) {
        show {
            change(&$0)
            $0.fault = faultOf($0)
        }
    }

    private func faultOf(_ written: DelegateState) -> Words? {
        if written.form == .tuq, kindsOf(written).isEmpty { return words("app-delegate-fault-kinds") }
        guard let first = dayOf(written.from), let last = dayOf(written.until) else { return words("app-delegate-fault-day") }
        if first < localDay(phone.serverNow()) { return words("app-delegate-fault-past") }
        if last < first { return words("app-delegate-fault-order") }
        if last >= later(first, days: longestDays) { return words("app-delegate-fault-long") }
        return trimmed(written.reason).isEmpty ? words("app-delegate-fault-reason") : nil
    }

    private func lookAtSheet() {
        // A day may have passed since it was written.
        write { _ in }
        let written = state
        guard let whom = written.whom, written.fault == nil else { return }
        ask { [self] in
            put(
                .sheet(
                    terms: DelegationTerms(
                        title: try phone.titleInPlace(form: written.form), name: whom.name, position: whom.position,
                        units: [written.scopes[written.scope].words], kinds: kindsOf(written), from: written.from, until: written.until,
                        reason: trimmed(written.reason))))
        } failed: { [self] failure in
            put(.failed(failure))
        }
    }

    private func sign() {
        guard case .sheet(let terms) = state.step, let draft = draft(state) else { return }
        put(.signing(terms: terms))
        ask { [self] in
            do {
                _ = try await phone.delegate(draft: draft)
                put(.given(terms: terms))
            } catch PhoneError.DelegationUnknown(let detail) {
                _ = noted(PhoneError.DelegationUnknown(detail: detail))
                put(.unknown)
            }
        } failed: { [self] failure in
            put(.failed(failure))
        }
    }

    private func draft(_ written: DelegateState) -> DelegationDraft? {
        let to = known.first { idOf($0) == written.whom?.id }
        guard let to, let first = dayOf(written.from), let last = dayOf(written.until) else { return nil }
        let scope = written.scopes[written.scope]
        return DelegationDraft(
            form: written.form, to: to, units: [DelegationUnit(unit: scope.unit, reach: scope.reach)], kinds: kindsOf(written),
            // What starts today counts at once.
            starts: first > localDay(phone.serverNow()) ? first : nil, ends: later(last, days: 1), reason: trimmed(written.reason))
    }

    private func put(_ step: DelegateStep) { show { $0.step = step } }
}

private func days(_ lasting: Lasting) -> Int {
    switch lasting {
    case .today: 1
    case .week: 7
    case .month: 30
    }
}

// Somebody with two posts is in the list twice.
private func idOf(_ delegate: Delegate) -> String { "\(delegate.person.id) \(delegate.unit.id)" }

private func kindsOf(_ written: DelegateState) -> [String] {
    distinct(written.kinds.split(separator: ",").map { trimmed(String($0)) }.filter { !$0.isEmpty })
}
