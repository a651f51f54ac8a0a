import SwiftUI
import TrienCore
import TrienDevice
import TrienKit
import UniformTypeIdentifiers

/// The app. Everything it shows is the presenters' to say.
@main
struct TrienApp: App {
    @UIApplicationDelegateAdaptor(AppDelegate.self) private var delegate

    var body: some SwiftUI.Scene {
        WindowGroup { Window(services: delegate.services) }
    }
}

/// How far the app is.
private enum Opening {
    case running
    case open(Companion)
    case failed(Failure)
}

/// The one window: the screens, or why there are none yet.
private struct Window: View {
    let services: TrienServices
    @State private var opening = Opening.running
    @State private var isChoosing = false
    @State private var isScanning = false
    @Environment(\.scenePhase) private var phase
    @Environment(\.palette) private var palette

    var body: some View {
        content
            .environment(\.texts, texts)
            .tint(palette.ink)
            .task { await open() }
            .onOpenURL { url in Task { await services.open(url) } }
            .onChange(of: phase) { _, now in changed(now) }
            .fileImporter(isPresented: $isChoosing, allowedContentTypes: [.pdf], onCompletion: chosen)
            .sheet(isPresented: $isScanning) {
                Scanning(found: scanned) { isScanning = false }.environment(\.texts, texts)
            }
    }

    @ViewBuilder
    private var content: some View {
        switch opening {
        case .running: BeforeScreens(failure: nil, mend: mend)
        case .open(let companion):
            AppScreen(companion: companion, beyond: Beyond(chooseFile: { isChoosing = true }, scan: { isScanning = true }))
        case .failed(let failure): BeforeScreens(failure: failure, mend: mend)
        }
    }

    // In the settings the language changes under the person's finger.
    private var texts: Texts {
        guard case .open(let companion) = opening else { return Texts(language: services.device.language()) }
        let settings = companion.scenes.lazy.compactMap { $0.presenter as? SettingsPresenter }.first
        return Texts(language: settings?.state.language ?? services.device.language())
    }

    private func open() async {
        do {
            opening = .open(try await services.screens())
            // The window came before the screens.
            if phase == .active { await services.returned() }
        } catch {
            opening = .failed(failureOf(error))
        }
    }

    // Only where the key of what was kept is lost does the start ask for another enrollment.
    private func mend(_ remedy: Remedy) {
        opening = .running
        Task {
            do {
                if remedy == .enrollAgain { _ = try await services.phoneAnew() }
                await open()
            } catch {
                opening = .failed(failureOf(error))
            }
        }
    }

    private func changed(_ phase: ScenePhase) {
        switch phase {
        case .active: Task { await services.returned() }
        case .background: services.left()
        case .inactive: services.hidden()
        }
    }

    private func chosen(_ result: Result<URL, any Error>) {
        // Whoever closes the list of files has chosen nothing.
        guard case .success(let url) = result else { return }
        Task { await services.open(url) }
    }

    private func scanned(_ text: String) {
        isScanning = false
        guard case .open(let companion) = opening else { return }
        (companion.scenes.last?.presenter as? EnrollmentPresenter)?.on(.scanned(text: text))
    }
}

private struct BeforeScreens: View {
    let failure: Failure?
    let mend: @MainActor (Remedy) -> Void

    var body: some View {
        NavigationStack { StartScreen(failure: failure, mend: mend) }
    }
}
