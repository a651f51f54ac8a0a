package vn.trien.samples

import androidx.compose.runtime.Composable
import androidx.compose.ui.tooling.preview.Preview
import androidx.compose.ui.tooling.preview.PreviewParameter
import androidx.compose.ui.tooling.preview.PreviewParameterProvider
import vn.trien.core.Language
import vn.trien.present.Texts
import vn.trien.ui.TrienTheme

// Android Studio makes one preview of each state; it finds a provider by its class and names nothing else.

internal abstract class StatesOf(screen: String) : PreviewParameterProvider<Sample> {
    private val samples = (SCREENS + WIDE_SCREENS).getValue(screen)
    override val values: Sequence<Sample> = samples.asSequence()

    override fun getDisplayName(index: Int): String = samples[index].name
}

@Composable
private fun Shown(sample: Sample) = TrienTheme(Texts(Language.VIETNAMESE)) { sample.draw {} }

internal class StartStates : StatesOf("start")

@Preview
@Composable
private fun Start(@PreviewParameter(StartStates::class) sample: Sample) = Shown(sample)

internal class ScanStates : StatesOf("scan")

@Preview
@Composable
private fun Scan(@PreviewParameter(ScanStates::class) sample: Sample) = Shown(sample)

internal class InboxStates : StatesOf("inbox")

@Preview
@Composable
private fun Inbox(@PreviewParameter(InboxStates::class) sample: Sample) = Shown(sample)

internal class DocumentStates : StatesOf("document")

@Preview
@Composable
private fun Document(@PreviewParameter(DocumentStates::class) sample: Sample) = Shown(sample)

internal class SignStates : StatesOf("sign")

@Preview
@Composable
private fun Sign(@PreviewParameter(SignStates::class) sample: Sample) = Shown(sample)

internal class ChangesStates : StatesOf("changes")

@Preview
@Composable
private fun Changes(@PreviewParameter(ChangesStates::class) sample: Sample) = Shown(sample)

internal class AttachmentStates : StatesOf("attachment")

@Preview
@Composable
private fun Attachment(@PreviewParameter(AttachmentStates::class) sample: Sample) = Shown(sample)

internal class PracticeStates : StatesOf("practice")

@Preview
@Composable
private fun Practice(@PreviewParameter(PracticeStates::class) sample: Sample) = Shown(sample)

internal class RefuseStates : StatesOf("refuse")

@Preview
@Composable
private fun Refuse(@PreviewParameter(RefuseStates::class) sample: Sample) = Shown(sample)

internal class NotMeStates : StatesOf("not-me")

@Preview
@Composable
private fun NotMe(@PreviewParameter(NotMeStates::class) sample: Sample) = Shown(sample)

internal class SeveralStates : StatesOf("several")

@Preview
@Composable
private fun Several(@PreviewParameter(SeveralStates::class) sample: Sample) = Shown(sample)

internal class ReceiptStates : StatesOf("receipt")

@Preview
@Composable
private fun Receipt(@PreviewParameter(ReceiptStates::class) sample: Sample) = Shown(sample)

internal class EnrollmentStates : StatesOf("enrollment")

@Preview
@Composable
private fun Enrollment(@PreviewParameter(EnrollmentStates::class) sample: Sample) = Shown(sample)

internal class VerifyStates : StatesOf("verify")

@Preview
@Composable
private fun Verify(@PreviewParameter(VerifyStates::class) sample: Sample) = Shown(sample)

internal class SettingsStates : StatesOf("settings")

@Preview
@Composable
private fun Settings(@PreviewParameter(SettingsStates::class) sample: Sample) = Shown(sample)

internal class NotificationsStates : StatesOf("notifications")

@Preview
@Composable
private fun Notifications(@PreviewParameter(NotificationsStates::class) sample: Sample) = Shown(sample)

internal class DevicesStates : StatesOf("devices")

@Preview
@Composable
private fun Devices(@PreviewParameter(DevicesStates::class) sample: Sample) = Shown(sample)

internal class DiagnosticsStates : StatesOf("diagnostics")

@Preview
@Composable
private fun Diagnostics(@PreviewParameter(DiagnosticsStates::class) sample: Sample) = Shown(sample)

internal class LicencesStates : StatesOf("licences")

@Preview
@Composable
private fun Licences(@PreviewParameter(LicencesStates::class) sample: Sample) = Shown(sample)

internal class BesideStates : StatesOf("beside")

@Preview(device = "spec:width=1280dp,height=800dp")
@Composable
private fun Beside(@PreviewParameter(BesideStates::class) sample: Sample) = Shown(sample)
