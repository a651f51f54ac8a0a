import Foundation

/// What a person wants to know of their certificate.
public struct CertificateFacts: Equatable, Sendable {
    public var subject: String
    public var issuer: String
    public var serial: String
    public var from: Date
    public var until: Date

    public init(subject: String, issuer: String, serial: String, from: Date, until: Date) {
        self.subject = subject
        self.issuer = issuer
        self.serial = serial
        self.from = from
        self.until = until
    }

    public func validity(_ now: Date) -> Validity {
        if now > until { return .ended }
        return now.addingTimeInterval(warning) > until ? .ending : .good
    }
}

/// How long before its end the app says so.
private let warning: TimeInterval = 30 * 24 * 3600

/// Whether a certificate can be used, and for how long yet.
public enum Validity: CaseIterable, Sendable {
    case good
    case ending
    case ended
}

/// Reads a certificate for showing it; the core judges, this does not.
public func certificateFacts(_ der: Data) -> CertificateFacts? {
    var outside = Der(der[...])
    guard var certificate = outside.inside(of: .sequence), var body = certificate.inside(of: .sequence) else { return nil }
    _ = body.inside(of: .version)
    guard let serial = body.next(.integer), body.next(.sequence) != nil else { return nil }
    guard let issuer = body.next(.sequence), var times = body.inside(of: .sequence), let subject = body.next(.sequence) else { return nil }
    guard let from = time(&times), let until = time(&times) else { return nil }
    return CertificateFacts(subject: commonName(subject), issuer: commonName(issuer), serial: hexadecimal(serial), from: from, until: until)
}

/// The values of DER (X.690), one after the other.
private struct Der {
    enum Tag: UInt8 {
        case integer = 0x02
        case identifier = 0x06
        case utf8 = 0x0c
        case printable = 0x13
        case ia5 = 0x16
        case utcTime = 0x17
        case generalizedTime = 0x18
        case sequence = 0x30
        case set = 0x31
        case version = 0xa0
    }

    private var rest: Data.SubSequence

    init(_ bytes: Data.SubSequence) { rest = bytes }

    /// What the next value holds, if it is one of this tag; nothing is taken otherwise.
    mutating func next(_ tag: Tag) -> Data.SubSequence? {
        guard rest.first == tag.rawValue else { return nil }
        return any()?.1
    }

    mutating func inside(of tag: Tag) -> Der? { next(tag).map(Der.init) }

    /// The next value, whatever it is.
    mutating func any() -> (UInt8, Data.SubSequence)? {
        var bytes = rest
        guard let tag = bytes.popFirst(), let first = bytes.popFirst() else { return nil }
        var length = Int(first)
        if first >= 0x80 {
            let digits = bytes.prefix(Int(first & 0x7f))
            if digits.isEmpty || digits.count != Int(first & 0x7f) || digits.count > 3 { return nil }
            length = digits.reduce(0) { $0 << 8 | Int($1) }
            bytes = bytes.dropFirst(digits.count)
        }
        if bytes.count < length { return nil }
        rest = bytes.dropFirst(length)
        return (tag, bytes.prefix(length))
    }
}

// RFC 5280 §4.1.2.5: two digits of the year are of 1950 to 2049.
private func time(_ times: inout Der) -> Date? {
    let digits: String
    if let short = times.next(.utcTime) {
        let text = String(decoding: short, as: UTF8.self)
        digits = (text < "50" ? "20" : "19") + text
    } else if let long = times.next(.generalizedTime) {
        digits = String(decoding: long, as: UTF8.self)
    } else {
        return nil
    }
    guard let found = digits.wholeMatch(of: /(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z/)?.output else { return nil }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar.date(
        from: DateComponents(
            year: Int(found.1), month: Int(found.2), day: Int(found.3), hour: Int(found.4), minute: Int(found.5), second: Int(found.6)))
}

/// The last common name, which is the most particular; all that the name says where it has none.
private func commonName(_ name: Data.SubSequence) -> String {
    var parts = Der(name)
    var texts: [String] = []
    var common: String?
    while var part = parts.inside(of: .set) {
        while var attribute = part.inside(of: .sequence) {
            guard let kind = attribute.next(.identifier), let value = text(&attribute) else { continue }
            texts.append(value)
            if Array(kind) == commonNameIdentifier { common = value }
        }
    }
    return common ?? texts.joined(separator: ", ")
}

/// 2.5.4.3
private let commonNameIdentifier: [UInt8] = [0x55, 0x04, 0x03]

private func text(_ attribute: inout Der) -> String? {
    (attribute.next(.utf8) ?? attribute.next(.printable) ?? attribute.next(.ia5)).map { String(decoding: $0, as: UTF8.self) }
}

private func hexadecimal(_ number: Data.SubSequence) -> String {
    let digits = number.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    let significant = digits.drop { $0 == "0" }
    return significant.isEmpty ? "0" : String(significant)
}
