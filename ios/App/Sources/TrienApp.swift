import Foundation
import SwiftUI
import TrienCore
import TrienDevice
import TrienKit
import TrienScreens
import UniformTypeIdentifiers

/// The app. Everything it shows is the presenters' to say.
@main
struct TrienApp: App {
    @UIApplicationDelegateAdaptor(AppDelegate.self) private var delegate

    var body: some SwiftUI.Scene {
        WindowGroup { Window(services: delegate.services) }
    }
}

/// The one window: the screens, or why there are none yet.
private struct Window: View {
    let services: TrienServices
    @State private var start: StartPresenter
    @State private var isChoosing = false
    @State private var isScanning = false
    @Environment(\.scenePhase) private var phase
    @Environment(\.palette) private var palette

    init(services: TrienServices) {
        self.services = services
        let start = StartPresenter(
            device: services.device, now: { Date() }, screens: services.screens, anew: { _ = try await services.phoneAnew() })
        _start = State(initialValue: start)
    }

    var body: some View {
        content
            .environment(\.texts, texts)
            .tint(palette.ink)
            .task { await started(.open) }
            .onOpenURL { url in Task { await services.open(url) } }
            .onChange(of: phase) { _, now in changed(now) }
            .fileImporter(isPresented: $isChoosing, allowedContentTypes: [.pdf], onCompletion: chosen)
            .sheet(isPresented: $isScanning) {
                Scanning(found: scanned) { isScanning = false }.environment(\.texts, texts)
            }
    }

    @ViewBuilder
    private var content: some View {
        if let companion = start.companion {
            AppScreen(companion: companion, beyond: Beyond(chooseFile: { isChoosing = true }, scan: { isScanning = true }))
        } else {
            NavigationStack { StartScreen(state: start.state) { event in Task { await started(event) } } }
        }
    }

    // In the settings the language changes under the person's finger.
    private var texts: Texts {
        let settings = start.companion?.scenes.lazy.compactMap { $0.presenter as? SettingsPresenter }.first
        return Texts(language: settings?.state.language ?? services.device.language())
    }

    // The window came before the screens.
    private func started(_ event: StartEvent) async {
        await start.on(event)
        if start.companion != nil, phase == .active { await services.returned() }
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
        (start.companion?.scenes.last?.presenter as? EnrollmentPresenter)?.on(.scanned(text: text))
    }
}
