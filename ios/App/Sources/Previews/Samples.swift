#if DEBUG
    import SwiftUI
    import TrienCore
    import TrienKit
    import TrienScreens

    /// One state of one screen, as it is drawn.
    struct Sample: Identifiable {
        let name: String
        let view: AnyView

        var id: String { name }
    }

    /// Every state of every screen, listed once; the previews read this.
    @MainActor
    enum Samples {
        static let start = drawn(startStates) { StartScreen(state: $0) { _ in } }
        static let scan = drawn(scanStates) { ScanScreen(camera: $0, close: {}) { Color.black } }
        static let inbox = drawn(inboxStates) { InboxScreen(state: $0) { _ in } }
        static let document = drawn(documentStates) { DocumentScreen(state: $0, source: SamplePages.page) { _ in } }
        static let sign = drawn(signStates) { SignScreen(state: $0, pages: { _ in SamplePages.stamped }) { _ in } }
        static let changes = drawn(changesStates) { ChangesScreen(state: $0) { _ in } }
        static let comments = drawn(commentsStates) { CommentsScreen(state: $0) { _ in } }
        static let attachment = drawn(attachmentStates) { AttachmentScreen(state: $0, source: SamplePages.page) { _ in } }
        static let practice = drawn(practiceStates) {
            PracticeScreen(state: $0, pages: SamplePages.practice, stamped: SamplePages.practiceStamped) { _ in }
        }
        static let refuse = drawn(refuseStates) { RefuseScreen(state: $0) { _ in } }
        static let notMe = drawn(notMeStates) { NotMeScreen(state: $0) { _ in } }
        static let several = drawn(severalStates) { SeveralScreen(state: $0) { _ in } }
        static let receipt = drawn(receiptStates) { ReceiptScreen(state: $0) { _ in } }
        static let enrollment = drawn(enrollmentStates) { EnrollmentScreen(state: $0, scan: {}) { _ in } }
        static let verify = drawn(verifyStates) { VerifyScreen(state: $0, choose: {}) { _ in } }
        static let settings = drawn(settingsStates) { SettingsScreen(state: $0) { _ in } }
        static let notifications = drawn(notificationsStates) { NotificationsScreen(state: $0) { _ in } }
        static let devices = drawn(devicesStates) { DevicesScreen(state: $0) { _ in } }
        static let delegations = drawn(delegationsStates) { DelegationsScreen(state: $0) { _ in } }
        static let delegate = drawn(delegateStates) { DelegateScreen(state: $0) { _ in } }
        static let diagnostics = drawn(diagnosticsStates) { DiagnosticsScreen(state: $0) { _ in } }
        static let licences = drawn(licencesStates) { LicencesScreen(state: $0) { _ in } }

        /// What a wide window shows: the list, and beside it what is open from it.
        static let beside = [
            beside("nothing-open", nil) { NothingOpen() },
            beside("document", "request-1") { DocumentScreen(state: documentStates[0].state, source: SamplePages.page) { _ in } },
            beside("document-route", "request-1") { DocumentScreen(state: state("route"), source: SamplePages.page) { _ in } },
            beside("several", nil, isListActive: false) { SeveralScreen(state: severalStates[0].state) { _ in } },
            beside("receipt", nil) { ReceiptScreen(state: receiptStates[0].state) { _ in } },
        ]

        private static func beside<Open: View>(
            _ name: String, _ request: String?, isListActive: Bool = true, @ViewBuilder _ open: () -> Open
        ) -> Sample {
            let shown = open()
            let list = InboxScreen(state: inboxStates[0].state, beside: request) { _ in }
            let both = Beside(isListActive: isListActive) {
                list
            } open: {
                NavigationStack { shown }
            }
            return Sample(name: name, view: AnyView(both))
        }

        private static func state(_ name: String) -> DocumentState {
            documentStates.first { $0.name == name }?.state ?? documentStates[0].state
        }

        private static func drawn<State: Sendable, Screen: View>(
            _ states: [Named<State>], _ screen: @MainActor (State) -> Screen
        ) -> [Sample] {
            states.map { named in Sample(name: named.name, view: AnyView(NavigationStack { screen(named.state) })) }
        }
    }
#endif
