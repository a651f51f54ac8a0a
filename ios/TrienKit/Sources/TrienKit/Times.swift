import Foundation

/// Việt Nam has kept UTC+7 without daylight saving since 1975.
private let office: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 7 * 3600) ?? .gmt
    return calendar
}()

/// `08:41`.
public func clock(_ at: Date) -> String {
    let parts = office.dateComponents([.hour, .minute], from: at)
    return "\(padded(parts.hour, 2)):\(padded(parts.minute, 2))"
}

/// `22/11/2026`.
public func day(_ at: Date) -> String {
    let parts = office.dateComponents([.day, .month, .year], from: at)
    return "\(padded(parts.day, 2))/\(padded(parts.month, 2))/\(padded(parts.year, 4))"
}

/// `08:41`, on another day than `now` with its date.
public func moment(_ at: Date, _ now: Date) -> String {
    localDay(at) == localDay(now) ? clock(at) : "\(clock(at)) \(day(at))"
}

/// The beginning of the day in Việt Nam.
func localDay(_ at: Date) -> Date { office.startOfDay(for: at) }

/// The beginning of another day, so many days on.
func later(_ beginning: Date, days: Int) -> Date { office.date(byAdding: .day, value: days, to: beginning) ?? beginning }

/// The beginning of a day that a person wrote, such as `1/12/2026`; nothing where there is no such day.
func dayOf(_ text: String) -> Date? {
    let parts = trimmed(text).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, parts[2].count == 4, parts.allSatisfy(isDigits) else { return nil }
    let (date, month, year) = (Int(parts[0]), Int(parts[1]), Int(parts[2]))
    guard let day = office.date(from: DateComponents(year: year, month: month, day: date)) else { return nil }
    // A calendar takes 31 February for 3 March.
    let read = office.dateComponents([.day, .month, .year], from: day)
    return read.day == date && read.month == month && read.year == year ? day : nil
}

private func isDigits(_ text: String) -> Bool { (1...4).contains(text.count) && text.allSatisfy { $0.isASCII && $0.isNumber } }

/// How near a deadline is; what is near is said in words, never by colour alone.
public enum Nearness: CaseIterable, Sendable {
    case far
    case today
    case soon
    case over
}

/// When something ends, as a person reads it.
public struct Deadline: Equatable, Sendable {
    public var words: Words
    public var nearness: Nearness

    public init(words: Words, nearness: Nearness) {
        self.words = words
        self.nearness = nearness
    }
}

public func deadline(_ end: Date, _ now: Date) -> Deadline {
    let left = end.timeIntervalSince(now)
    let at = moment(end, now)
    if left < 0 { return Deadline(words: words("app-deadline-over", ["at": at]), nearness: .over) }
    if left < 3600 {
        return Deadline(words: words("app-deadline-minutes", ["at": at, "count": Int(left / 60)]), nearness: .soon)
    }
    if localDay(end) == localDay(now) { return Deadline(words: words("app-deadline-today", ["at": at]), nearness: .today) }
    return Deadline(words: words("app-deadline", ["at": day(end)]), nearness: .far)
}

private func padded(_ number: Int?, _ digits: Int) -> String {
    let text = String(number ?? 0)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
