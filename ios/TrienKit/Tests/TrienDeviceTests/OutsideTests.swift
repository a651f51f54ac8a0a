import XCTest

@testable import TrienDevice

final class OutsideTests: XCTestCase {
    private let home = "/var/mobile/Containers/Data/Application/A"

    private func outside(_ text: String) throws -> Outside {
        Outside(try XCTUnwrap(URL(string: text)), home: home)
    }

    func testALinkIsTheKitsToJudge() throws {
        for text in ["trien://office.gov.vn/e#secret", "https://office.gov.vn/requests/1"] {
            XCTAssertEqual(try outside(text), .link(text))
        }
    }

    func testAFileOfAnotherAppStaysWhereItIs() throws {
        let file = "file:///private/var/mobile/Library/Mobile%20Documents/a.pdf"
        XCTAssertEqual(try outside(file), .file(try XCTUnwrap(URL(string: file))))
        // A folder whose name begins as ours does is not ours.
        let beside = "file://\(home)B/a.pdf"
        XCTAssertEqual(try outside(beside), .file(try XCTUnwrap(URL(string: beside))))
    }

    func testACopyThatTheSystemMadeGoesOnceItIsRead() throws {
        for folder in ["Documents/Inbox", "tmp/vn.trien.app-Inbox"] {
            let copy = "file://\(home)/\(folder)/a.pdf"
            XCTAssertEqual(try outside(copy), .copy(try XCTUnwrap(URL(string: copy))))
        }
    }

    func testNobodyHasOurOwnFilesRead() throws {
        for path in ["Library/Application Support/phone/profile", "tmp/vn.trien.app-Inbox/../../Library/a", "Documents/a.pdf"] {
            let url = URL(fileURLWithPath: "\(home)/\(path)")
            XCTAssertEqual(Outside(url, home: home), .ours, path)
        }
    }
}
