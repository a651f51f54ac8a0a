import TrienCore
import TrienKit

/// The sentence in Vietnamese; there is one in each language, and nothing is missing in it.
public func said(_ words: Words) throws -> String {
    let sentences = [Language.vietnamese, .english].map { Texts(language: $0).of(words) }
    for sentence in sentences {
        if sentence.contains("{") { throw Fault("something is missing: \(sentence)") }
        if case .ours(sentence, _) = words { throw Fault("no text \(sentence)") }
    }
    return sentences[0]
}

public func said(_ failure: Failure) throws -> String { try said(failure.what) }
