import TrienCore
import XCTest

@testable import TrienKit

@MainActor
final class ListeningTest: XCTestCase {
    private lazy var stage = Stage()
    private var phone: FakePhone { stage.phone }
    private var heard: [Failure?] = []
    private lazy var listening = Listening(phone: phone, scope: stage.scope, random: Dice()) { [weak self] in self?.heard.append($0) }
    private var lines: Int { phone.asked.count { $0 == "listen" } }

    private func after(_ duration: Duration, _ news: Synced?) -> () async throws -> Synced? {
        { [time = stage.time] in
            try await time.sleep(for: duration)
            return news
        }
    }

    func testWhatHappensIsHeardUntilTheAppIsLeft() async {
        phone.news = after(.seconds(60), synced)
        listening.start()
        listening.start()
        await stage.pass(.seconds(181))
        XCTAssertEqual([nil, nil, nil], heard)
        listening.stop()
        await stage.pass(.seconds(600))
        XCTAssertEqual(3, heard.count)
        listening.start()
        await stage.pass(.seconds(61))
        XCTAssertEqual(4, heard.count)
    }

    func testALineThatTheServerEndsAfterAQuarterOfAnHourIsOpenedAgainAtOnce() async {
        phone.news = after(.seconds(900), nil)
        listening.start()
        await stage.pass(.seconds(4 * 903))
        XCTAssertEqual(5, lines)
    }

    func testWithoutANetworkThePhoneAsksLessAndLessOftenAndNobodyIsTold() async {
        phone.news = { throw offline }
        listening.start()
        await stage.pass(.seconds(600))
        XCTAssert((8...13).contains(lines), "\(lines) lines in ten minutes")
        await stage.pass(.seconds(3600))
        XCTAssert((20...40).contains(lines), "\(lines) lines in an hour more")
        XCTAssertEqual([], heard)
    }

    func testALineThatEndsAsSoonAsItHasGreetedIsOpenedLessAndLessOften() async {
        var greets = false
        phone.news = {
            greets.toggle()
            return greets ? synced : nil
        }
        listening.start()
        await stage.pass(.seconds(600))
        XCTAssert((8...13).contains(heard.count), "\(heard.count) syncs in ten minutes")
    }

    func testWhoReturnsDoesNotWaitForThePauseOfALineThatBrokeBefore() async {
        phone.news = { throw offline }
        listening.start()
        await stage.pass(.seconds(600))
        listening.stop()
        await stage.settle()
        phone.news = after(.seconds(1), synced)
        listening.start()
        await stage.pass(.seconds(2))
        XCTAssertEqual([nil, nil], heard)
    }

    func testWhyTheServerSaysNoIsTold() async {
        phone.news = { throw suspended }
        listening.start()
        await stage.settle()
        XCTAssertEqual([failureOf(suspended)], heard)
    }

    func testAPhoneThatIsNotEnrolledHearsNobodyAndOneThatEndsHearsNoMore() async {
        phone.stands = .notEnrolled
        listening.start()
        await stage.settle()
        XCTAssertEqual(0, lines)
        phone.stands = .enrolled(profile: enrolled)
        phone.news = { [phone] in
            phone.stands = .notEnrolled
            return nil
        }
        listening.start()
        await stage.pass(.seconds(3600))
        XCTAssertEqual(1, lines)
    }
}

/// Chance that comes out the same each time (Knuth, MMIX).
private struct Dice: RandomNumberGenerator {
    private var last: UInt64 = 7

    mutating func next() -> UInt64 {
        last = last &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return last
    }
}
