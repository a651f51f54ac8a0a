import TrienCore
import XCTest

@testable import TrienKit

@MainActor
final class WakingTest: XCTestCase {
    private lazy var stage = Stage()
    private lazy var service = FakePush(.apns, [apple])
    private lazy var secrets = FakeSecrets()
    private lazy var waking = wakingOf(phone, service, secrets: secrets)
    private var phone: FakePhone { stage.phone }
    private let apple = PushProvider(id: "apple", name: "Apple")
    private let other = PushProvider(id: "example", name: "Example")
    private let place = PushPlace.apns(token: "0a1b2c")

    private func enrolled(_ device: String) -> PhoneState {
        var profile = TrienKitTests.enrolled
        profile.device = device
        return .enrolled(profile: profile)
    }

    private func placed() async {
        await waking.start()
        await waking.arrived(from: apple.id, place: place)
    }

    func testAPlaceGoesToTheServer() async {
        await waking.start()
        XCTAssertEqual(["register apple"], service.asked)
        XCTAssertFalse(waking.isTold)
        await waking.arrived(from: apple.id, place: place)
        XCTAssertEqual(.apns(token: "0a1b2c"), phone.told)
        XCTAssert(waking.isTold)
        XCTAssertEqual("apple", waking.provider())
    }

    func testAPlaceThatComesAgainIsNotToldAgainAndAnotherOneIs() async {
        await placed()
        await waking.arrived(from: apple.id, place: place)
        XCTAssertEqual(1, phone.asked.count { $0 == "register" })
        await waking.arrived(from: apple.id, place: .apns(token: "ffff"))
        XCTAssertEqual(.apns(token: "ffff"), phone.told)
        await waking.arrived(from: apple.id, place: .apns(token: String(repeating: "f", count: 5_000)))
        XCTAssertEqual(.apns(token: "ffff"), phone.told, "the server takes no longer one")
    }

    func testEachStartTellsTheServerAgainWhatItKept() async {
        await placed()
        phone.told = nil
        await wakingOf(phone, service, secrets: secrets).start()
        XCTAssertEqual(.apns(token: "0a1b2c"), phone.told)
    }

    func testWhatCouldNotBeToldIsToldAfterTheNextSyncAlsoAfterARestart() async {
        await waking.start()
        phone.refuses = offline
        await waking.arrived(from: apple.id, place: place)
        XCTAssertNil(phone.told)
        XCTAssertFalse(waking.isTold)
        phone.refuses = nil
        await wakingOf(phone, service, secrets: secrets).synced()
        XCTAssertEqual(.apns(token: "0a1b2c"), phone.told)
    }

    func testAPhoneThatStartedWithoutANetworkAsksForItsPlaceAfterTheNextSync() async {
        phone.refuses = offline
        await waking.start()
        XCTAssertEqual([], service.asked)
        phone.refuses = nil
        await waking.synced()
        XCTAssertEqual(["register apple"], service.asked)
    }

    func testAPlaceThatEndedIsTakenFromTheServer() async {
        await placed()
        phone.refuses = offline
        await waking.ended()
        XCTAssertFalse(waking.isTold)
        phone.refuses = nil
        await waking.synced()
        XCTAssertNil(phone.told)
        XCTAssertEqual("remove", phone.asked.last)
    }

    func testAPlaceThatItsProviderKnowsNoMoreIsGivenUpForAnother() async {
        await placed()
        phone.push.health = .dead
        phone.push.since = now
        await waking.start()
        XCTAssertEqual(["register apple", "unregister apple", "register apple"], service.asked)
        XCTAssertNil(phone.told)
    }

    func testAPlaceMadeForOneServerIsNeverToldToAnother() async {
        await placed()
        phone.told = nil
        phone.push.vapid = Data(repeating: 5, count: 65)
        await waking.start()
        XCTAssertNil(phone.told)
        XCTAssertEqual("unregister apple", service.asked[1])
    }

    func testAmongSeveralNobodyIsAskedBeforeThePersonChose() async {
        service.there = [apple, other]
        await waking.start()
        await waking.synced()
        XCTAssertEqual([], service.asked)
        XCTAssertNil(waking.provider())
        XCTAssertEqual(PushAddress.none, phone.told)
        await waking.choose(other.id)
        XCTAssertEqual(["register example"], service.asked)
    }

    func testOneMoreThatIsThereLaterChangesNothing() async {
        await placed()
        service.there = [other, apple]
        await wakingOf(phone, service, secrets: secrets).start()
        XCTAssertEqual(["register apple", "register apple"], service.asked)
    }

    func testWhomThePersonChoseIsAskedFromThenOnAndTheOneBeforeIsGivenUp() async {
        await placed()
        service.there = [apple, other]
        await waking.choose(other.id)
        XCTAssertEqual(["unregister apple", "register example"], Array(service.asked.dropFirst()))
        let restarted = wakingOf(phone, service, secrets: secrets)
        await restarted.start()
        XCTAssertEqual("register example", service.asked.last)
        XCTAssertEqual(other.id, restarted.provider())
    }

    func testWhatTheServerDoesNotOfferIsNotAskedForAndTheOfficeKnowsThatNobodyWakesThisPhone() async {
        phone.push.offers = [.none]
        await waking.start()
        XCTAssertEqual([], service.asked)
        XCTAssertEqual(PushAddress.none, phone.told)
        phone.push.since = now
        await waking.start()
        XCTAssertEqual(1, phone.asked.count { $0 == "register" })
    }

    func testAPhoneThatIsNotEnrolledTellsNobodyAnything() async {
        phone.stands = .notEnrolled
        await waking.arrived(from: apple.id, place: place)
        XCTAssertEqual([], phone.asked)
        phone.stands = enrolled("device-1")
        await waking.start()
        XCTAssertNil(phone.told, "the place was made for no server that is known")
    }

    func testAPhoneThatWasErasedKeepsNoPlaceAndItsProviderIsTold() async {
        await placed()
        phone.stands = .erased(why: .revoked(unanswered: 0))
        await waking.synced()
        XCTAssertEqual("forget", service.asked.last)
        XCTAssertEqual([:], secrets.kept)
        XCTAssertFalse(waking.isTold)
        XCTAssertNil(waking.provider())
        // What a provider says later stays nowhere either, and nobody is asked.
        await waking.arrived(from: apple.id, place: .apns(token: "late"))
        await waking.start()
        XCTAssertEqual([:], secrets.kept)
        XCTAssertEqual(1, service.asked.count { $0 == "forget" })
        XCTAssertEqual(1, service.asked.count { $0 == "register apple" })
    }

    func testARegistrationThatWasAskedForIsForgottenBeforeItsPlaceComes() async {
        await waking.start()
        phone.stands = .erased(why: .revoked(unanswered: 0))
        await waking.synced()
        XCTAssertEqual("forget", service.asked.last)
        XCTAssertEqual([:], secrets.kept)
    }

    func testTheNextDeviceOnThePhoneDoesNotTakeOverThePlaceOfTheOneBefore() async {
        await placed()
        phone.told = nil
        phone.stands = enrolled("device-2")
        await waking.synced()
        XCTAssertNil(phone.told)
        XCTAssertEqual(["unregister apple", "register apple"], Array(service.asked.dropFirst()))
        await waking.arrived(from: apple.id, place: .apns(token: "ffff"))
        XCTAssertEqual(.apns(token: "ffff"), phone.told)
        await waking.synced()
        XCTAssertEqual(3, service.asked.count)
    }

    func testOneThingIsDoneAfterTheOther() async {
        let (waking, apple, place) = (waking, apple, place)
        // Tasks of one actor begin in the order in which they are made; what `async let` begins may overtake.
        let works = [
            Task { await waking.start() }, Task { await waking.arrived(from: apple.id, place: place) },
            Task { await waking.synced() },
        ]
        for work in works { await work.value }
        XCTAssertEqual(.apns(token: "0a1b2c"), phone.told)
        XCTAssert(waking.isTold)
    }

    func testWhatIsDamagedIsAsIfNothingHadBeenKept() async {
        let record = PushRecord(chosen: "a", from: "b", place: place, device: "d", server: "s", told: true)
        let bytes = record.toBytes()
        XCTAssertEqual(record, PushRecord.of(bytes))
        for length in bytes.indices { XCTAssertEqual(PushRecord(), PushRecord.of(bytes.prefix(length))) }
        XCTAssertEqual(PushRecord(), PushRecord.of(nil))
    }

    private func notifications(_ first: First = .no) async -> NotificationsPresenter {
        let notifications = NotificationsPresenter(
            phone: phone, device: stage.device, waking: waking, first: first, scope: stage.scope, go: stage.go)
        XCTAssertEqual(.asking, notifications.state.standing)
        await stage.settle()
        return notifications
    }

    func testATestArrivesWhenThePhoneIsWokenAndIsMissingWhenItIsNot() async {
        phone.push.kind = .apns
        phone.push.health = .ok
        phone.push.since = now
        let notifications = await notifications()
        XCTAssertEqual(.notYet, notifications.state.test)
        await notifications.on(.try, stage)
        XCTAssertEqual(.waiting, notifications.state.test)
        waking.woken()
        await stage.settle { notifications.state.test != .waiting }
        XCTAssertEqual(.arrived(at: "08:41"), notifications.state.test)
        XCTAssertEqual(.known(health: .ok, since: "08:41", sent: nil), notifications.state.standing)
        await notifications.on(.try, stage)
        await stage.pass(wakePatience)
        XCTAssertEqual(.missing, notifications.state.test)
    }

    func testAWakeUpThatComesBeforeTheServerHasAnsweredCounts() async {
        let notifications = await notifications()
        phone.wakes = { [waking] in waking.woken() }
        await notifications.on(.try, stage)
        XCTAssertEqual(.arrived(at: "08:41"), notifications.state.test)
    }

    func testATestThatTheServerRefusesSaysWhy() async {
        let notifications = await notifications()
        phone.refuses = offline
        await notifications.on(.try, stage)
        XCTAssertEqual(.failed(failureOf(offline)), notifications.state.test)
        await notifications.on(.ask, stage)
        XCTAssertEqual(.failed(failureOf(offline)), notifications.state.standing)
    }

    func testAfterTheEnrollmentNotificationsAreAllowedTriedOrSkipped() async {
        let notifications = await notifications(.yes)
        XCTAssertEqual(.yes, notifications.state.first)
        XCTAssertEqual(.off, notifications.state.may)
        await notifications.on(.allow, stage)
        XCTAssertEqual(.push, notifications.state.may)
        notifications.on(.done)
        notifications.on(.back)
        XCTAssertEqual([.inbox, .back], stage.went)
    }

    func testWhoIsChosenInTheListIsAsked() async {
        service.there = [apple, other]
        let notifications = await notifications()
        stage.device.told = .byItself
        notifications.returned()
        XCTAssertEqual(.byItself, notifications.state.may)
        await notifications.on(.choose(provider: other.id), stage)
        XCTAssertEqual("example", notifications.state.provider)
        XCTAssertEqual(["register example"], service.asked)
    }
}
