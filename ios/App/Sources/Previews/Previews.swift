#if DEBUG
    import SwiftUI
    import TrienKit

    // One preview for each state of a screen. The macro `#Preview` makes one preview for each time it is written, so the list of states would
    // be written twice; these read it.

    struct StartPreviews: PreviewProvider { static var previews: some View { shown(Samples.start) } }
    struct ScanPreviews: PreviewProvider { static var previews: some View { shown(Samples.scan) } }
    struct InboxPreviews: PreviewProvider { static var previews: some View { shown(Samples.inbox) } }
    struct DocumentPreviews: PreviewProvider { static var previews: some View { shown(Samples.document) } }
    struct SignPreviews: PreviewProvider { static var previews: some View { shown(Samples.sign) } }
    struct ChangesPreviews: PreviewProvider { static var previews: some View { shown(Samples.changes) } }
    struct CommentsPreviews: PreviewProvider { static var previews: some View { shown(Samples.comments) } }
    struct AttachmentPreviews: PreviewProvider { static var previews: some View { shown(Samples.attachment) } }
    struct PracticePreviews: PreviewProvider { static var previews: some View { shown(Samples.practice) } }
    struct RefusePreviews: PreviewProvider { static var previews: some View { shown(Samples.refuse) } }
    struct NotMePreviews: PreviewProvider { static var previews: some View { shown(Samples.notMe) } }
    struct SeveralPreviews: PreviewProvider { static var previews: some View { shown(Samples.several) } }
    struct ReceiptPreviews: PreviewProvider { static var previews: some View { shown(Samples.receipt) } }
    struct EnrollmentPreviews: PreviewProvider { static var previews: some View { shown(Samples.enrollment) } }
    struct VerifyPreviews: PreviewProvider { static var previews: some View { shown(Samples.verify) } }
    struct SettingsPreviews: PreviewProvider { static var previews: some View { shown(Samples.settings) } }
    struct NotificationsPreviews: PreviewProvider { static var previews: some View { shown(Samples.notifications) } }
    struct DevicesPreviews: PreviewProvider { static var previews: some View { shown(Samples.devices) } }
    struct DelegationsPreviews: PreviewProvider { static var previews: some View { shown(Samples.delegations) } }
    struct DelegatePreviews: PreviewProvider { static var previews: some View { shown(Samples.delegate) } }
    struct DiagnosticsPreviews: PreviewProvider { static var previews: some View { shown(Samples.diagnostics) } }
    struct BesidePreviews: PreviewProvider { static var previews: some View { shown(Samples.beside) } }
    struct LicencesPreviews: PreviewProvider { static var previews: some View { shown(Samples.licences) } }

    /// A canvas lists what it finds in a `ForEach`, and not what is within a view.
    @MainActor
    private func shown(_ samples: [Sample]) -> some View {
        ForEach(samples) { $0.view.previewDisplayName($0.name) }
    }
#endif
