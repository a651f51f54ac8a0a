import TrienCore

/// A file beside the document, as one line; without a place it is read with another program.
public struct AttachmentLine: Equatable, Sendable {
    public var name: String
    public var size: Words
    public var place: Int?

    public init(name: String, size: Words, place: Int?) {
        self.name = name
        self.size = size
        self.place = place
    }
}

func attachmentLine(_ attachment: Attachment) -> AttachmentLine {
    AttachmentLine(
        name: attachment.name, size: sizeWords(attachment.size), place: attachment.reading == .here ? Int(attachment.place) : nil)
}

private func sizeWords(_ bytes: UInt64) -> Words {
    if bytes < 1_000_000 { return words("app-size-kb", ["count": max(1, bytes / 1000)]) }
    return words("app-size-mb", ["count": bytes / 1_000_000])
}

/// An attachment as the person reads it.
public struct AttachmentState: Equatable, Sendable {
    public var name: String
    public var content: AttachmentContent

    public init(name: String, content: AttachmentContent) {
        self.name = name
        self.content = content
    }
}

public enum AttachmentContent: Equatable, Sendable {
    case opening
    case open(pages: [PageSize])
    case failed(Failure)
}

public enum AttachmentEvent: Equatable, Sendable {
    case back
    case again
}

public final class AttachmentPresenter: Presenter<AttachmentState, AttachmentEvent> {
    private let phone: any PhoneProtocol
    private let place: Place.Attached
    private let go: @MainActor (Place) -> Void

    public init(phone: any PhoneProtocol, place: Place.Attached, scope: Scope, go: @escaping @MainActor (Place) -> Void) {
        self.phone = phone
        self.place = place
        self.go = go
        super.init(AttachmentState(name: place.name, content: .opening), scope)
        open()
    }

    public override func on(_ event: AttachmentEvent) {
        switch event {
        case .back: go(.back)
        case .again: open()
        }
    }

    private func open() {
        put(.opening)
        ask { [self] in
            put(.open(pages: try await phone.attachmentPages(request: place.request, place: UInt32(clamping: place.place))))
        } failed: { [self] in
            put(.failed($0))
        }
    }

    private func put(_ content: AttachmentContent) { show { $0.content = content } }
}
