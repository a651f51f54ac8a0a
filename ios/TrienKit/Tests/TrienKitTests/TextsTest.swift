import TrienCore
import XCTest

@testable import TrienKit

final class TextsTest: XCTestCase {
    private let languages = Language.allCases.map(Texts.init(language:))

    func testEveryKeyThatTheAppNamesHasItsTextInBothLanguages() throws {
        let ios = URL(fileURLWithPath: #filePath).appending(path: "../../../..").standardized
        let paths = try FileManager.default.subpathsOfDirectory(atPath: ios.path).filter { path in
            path.hasSuffix(".swift")
                && ["TrienKit/Sources/TrienKit/", "TrienKit/Sources/TrienDevice/", "App/"].contains { path.hasPrefix($0) }
                && !path.hasSuffix("GeneratedTexts.swift")
        }
        var keys: Set<String> = []
        for path in paths {
            let source = try String(contentsOf: ios.appending(path: path), encoding: .utf8)
            keys.formUnion(source.matches(of: /"((?:app|pdf|problem|verify)-[a-z0-9-]+)"/).map { String($0.1) })
        }
        XCTAssertGreaterThan(keys.count, 200)
        // App Attest's place in the keychain.
        keys.remove("app-attest")
        XCTAssertEqual([], languages.flatMap { texts in keys.filter { texts[$0] == $0 } })
    }

    func testEveryProblemOfTheServerHasATitleAndAWayOut() {
        for texts in languages {
            for kind in ProblemKind.allCases {
                for words in [problemTitle(kind), problemDetail(kind)] {
                    XCTAssert(texts.of(words).contains(" "), "\(kind) in \(texts.language): \(texts.of(words))")
                }
            }
        }
    }

    func testAChoiceFollowsItsValue() {
        let texts = Texts(language: .english)
        XCTAssertEqual("1 decision not sent", texts("app-unsent-count", ["count": 1]))
        XCTAssertEqual("2 decisions not sent", texts("app-unsent-count", ["count": 2]))
    }

    func testAValueThatWasNotGivenStaysVisible() {
        XCTAssertEqual("due {at}", Texts(language: .english)["app-deadline"])
    }

    func testEveryNameOfTheCoreHasWords() {
        for texts in languages {
            let spoken =
                Role.allCases.flatMap { [roleWords($0), agreeWords($0)] } + Verb.allCases.map(verbWords)
                + Verdict.allCases.map(verdictWords)
                + Urgency.allCases.compactMap(urgencyWords) + findings.map(findingWords) + ends.compactMap(endWords)
            for words in spoken { XCTAssert(!texts.of(words).contains("-"), "\(words) in \(texts.language)") }
        }
        XCTAssertNil(endWords(.open(step: 1)))
        XCTAssertNil(urgencyWords(.normal))
    }

    private let ends: [RouteState] = [.completed, .rejected, .returned, .recalled, .expired]
    private let findings: [Finding] = [
        .signedBefore(count: 2), .changedAfterSignature, .optionalContent, .fieldWithoutAppearance, .embeddedFiles, .xfa,
        .contentChangedAfterSignature, .fontNotEmbedded, .cleanCopy, .readersMayDiffer, .annotationMayDiffer,
    ]
}
