import TrienKit
import TrienScreens
import XCTest

/// Tests of the states of one screen. A test is named as the sample that it reaches: `testDiskFull` brings a presenter into the state that
/// `disk-full` shows. `ios/scripts/samples.py` sees that each sample has its test.
@MainActor
class States: XCTestCase {
    lazy var stage = Stage()
    var phone: FakePhone { stage.phone }
    private var isCompared = false

    override func tearDown() async throws {
        await MainActor.run { XCTAssert(isCompared, "a test of a state compares it with its sample") }
    }

    /// What the presenter came to has the shape of the sample with this test's name.
    func reached<State: Sendable>(_ state: State, _ samples: [Named<State>], file: StaticString = #filePath, line: UInt = #line) {
        guard let sample = samples.first(where: { $0.name == sampleName(of: name) }) else {
            return XCTFail("no sample is called \(sampleName(of: name))", file: file, line: line)
        }
        isCompared = true
        XCTAssertEqual(shape(of: sample.state), shape(of: state), file: file, line: line)
    }
}

/// `SignStatesTest.testDiskFull` is about `disk-full`.
func sampleName(of test: String) -> String {
    let name = test.components(separatedBy: ".test").last ?? test
    return name.reduce(into: "") { $0 += $1.isUppercase ? ($0.isEmpty ? "" : "-") + $1.lowercased() : String($1) }
}

/// What a state is made of: its cases, the keys of its texts, what is there, what is missing, and what is zero. Names, times and numbers of
/// a sample are made up, and left out.
func shape(of value: Any) -> String {
    switch value {
    case let words as Words: shape(ofWords: words)
    case let text as String: text.isEmpty ? "no text" : "text"
    case let bytes as Data: bytes.isEmpty ? "no bytes" : "bytes"
    case let isTrue as Bool: "\(isTrue)"
    case let number as any BinaryInteger: isZero(number) ? "0" : "number"
    case is any BinaryFloatingPoint: "share"
    default: structure(of: value)
    }
}

private func shape(ofWords words: Words) -> String {
    switch words {
    case .ours(let key, let arguments): "\"\(key)\"(\(arguments.keys.sorted().joined(separator: ", ")))"
    case .theirs: "theirs"
    }
}

private func isZero(_ number: some BinaryInteger) -> Bool { number == 0 }

private func structure(of value: Any) -> String {
    let mirror = Mirror(reflecting: value)
    let parts = mirror.children.map { (name: $0.label, shape: shape(of: $0.value)) }
    let inside = parts.map { part in part.name.map { "\($0): \(part.shape)" } ?? part.shape }
    return switch mirror.displayStyle {
    case .optional: parts.first?.shape ?? "nothing"
    case .collection: "[\(inside.joined(separator: ", "))]"
    case .set: "{\(inside.sorted().joined(separator: ", "))}"
    case .enum: parts.isEmpty ? ".\(value)" : ".\(inside[0])"
    default: "(\(inside.joined(separator: ", ")))"
    }
}

final class ShapeTest: XCTestCase {
    private func failed(_ what: String, _ remedy: Remedy = .tryAgain, detail: String? = nil) -> SheetContent {
        .failed(Failure(what: words(what), remedy: remedy, detail: detail))
    }

    func testATestIsNamedAsItsSample() {
        XCTAssertEqual("disk-full", sampleName(of: "SignStatesTest.testDiskFull"))
        XCTAssertEqual("open", sampleName(of: "DocumentStatesTest.testOpen"))
    }

    func testStatesThatDifferInMoreThanNamesAndNumbersDifferInShape() {
        let states: [SheetContent] = [
            .preparing, .kept(next: nil), .kept(next: "1"), .signed(at: "08:41", next: nil), .signed(at: "", next: nil),
            .refused(why: words("a"), what: words("b"), next: nil), .refused(why: words("b"), what: words("a"), next: nil),
            failed("a"), failed("b"), failed("a", .goBack), failed("a", detail: "why"),
        ]
        XCTAssertEqual(states.count, Set(states.map { shape(of: $0) }).count)
        XCTAssertNotEqual(shape(of: words("a")), shape(of: words("a", ["count": 1])))
        XCTAssertNotEqual(shape(of: [Chip.form]), shape(of: [Chip.form, Chip.content]))
        XCTAssertNotEqual(shape(of: [0, 1]), shape(of: [1, 0]))
        XCTAssertNotEqual(shape(of: Set([Chip.form])), shape(of: Set([Chip.content])))
    }

    func testNamesTimesAndNumbersAreNoShape() {
        XCTAssertEqual(shape(of: SheetContent.signed(at: "08:41", next: "1")), shape(of: SheetContent.signed(at: "17:00", next: "2")))
        XCTAssertEqual(shape(of: words("a", ["count": 1])), shape(of: words("a", ["count": 2])))
        XCTAssertEqual(shape(of: Set([Chip.form, .content])), shape(of: Set([Chip.content, .form])))
    }
}
