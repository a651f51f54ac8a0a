import Foundation
import TrienCore

/// Whether the signed file and its proofs can be handed on, and how far that is.
public enum Keeping: Equatable, Sendable {
    /// The request is not done, or this phone did not approve it: there is no signed file to keep.
    case nothing
    case offered

    /// They are fetched, and the core verifies each.
    case fetching

    /// They were handed to the system's share sheet.
    case handed(verdict: Verdict, files: [String])
    case failed(Failure)
}

/// Whether the system took the files.
public enum Handing: Sendable {
    case taken
    case refused
}

func files(_ kept: Kept) -> [Shared] {
    [Shared(name: kept.name, bytes: kept.document)] + kept.evidence.map { Shared(name: $0.name, bytes: Data($0.text.utf8)) }
}

func handed(_ kept: Kept, _ handing: Handing) -> Keeping {
    switch handing {
    case .taken: .handed(verdict: kept.verdict, files: files(kept).map(\.name))
    case .refused: .failed(Failure(what: words("app-failure-share"), remedy: .tryAgain))
    }
}
