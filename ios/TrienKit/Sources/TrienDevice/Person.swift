#if canImport(CryptoKit) && canImport(LocalAuthentication) && canImport(Security)
    import Foundation
    import LocalAuthentication
    import Security
    import TrienCore
    import TrienKit

    /// The person before the phone, asked by the system's own prompt for a finger or a face, or the passcode where the key takes it. Touched on one queue alone, that of the
    /// approval key.
    final class Person: @unchecked Sendable {
        private let language: @Sendable () -> Language
        private let clock = ContinuousClock()
        private var consent = Consent<LAContext> { $0.invalidate() }

        init(language: @escaping @Sendable () -> Language) {
            self.language = language
        }

        /// What opens the key for one signature: asked of the person, or open still since they were last asked.
        func confirm(_ record: KeyRecord, control: SecAccessControl, prompt: String) throws -> LAContext {
            try consent.use(record.policy, now: { clock.now }, ask: { try ask(record, control, prompt) })
        }

        /// A signature was made or not.
        func used() { consent.used(now: clock.now) }

        /// The next signature asks again: after another key was made, and once the person is before another app.
        func close() { consent.close() }

        private func ask(_ record: KeyRecord, _ control: SecAccessControl, _ prompt: String) throws -> LAContext {
            let texts = Texts(language: language())
            let context = LAContext()
            context.localizedCancelTitle = texts["app-cancel"]
            // No passcode in place of a finger, unless the key takes it: then the button has the system's own words.
            if !record.takesPasscode { context.localizedFallbackTitle = "" }
            if let code = unavailable(context, passcode: record.takesPasscode) {
                throw refusal(prompt: code, detail: "canEvaluatePolicy", hasSensor: context.biometryType != .none)
            }
            if record.isEnded(by: context.evaluatedPolicyDomainState) { throw KeySignerError.KeyInvalidated }
            let answer = Answer()
            // The system ends an app that gives no reason.
            let reason = prompt.isEmpty ? texts["app-prompt-title"] : prompt
            context.evaluateAccessControl(control, operation: .useKeySign, localizedReason: reason) { granted, error in
                answer.give(granted ? nil : refused(error))
            }
            if let refusal = answer.await() {
                context.invalidate()
                throw refusal
            }
            // What was confirmed is enough, or the signature fails: nobody is asked twice for one.
            context.interactionNotAllowed = true
            return context
        }
    }

    /// What the system says against asking for a finger or a face, or else for the passcode; nothing if that can be done. The context knows its
    /// sensor from then on.
    func unavailable(_ context: LAContext, passcode: Bool = false) -> Int? {
        var error: NSError?
        let asked: LAPolicy = passcode ? .deviceOwnerAuthentication : .deviceOwnerAuthenticationWithBiometrics
        if context.canEvaluatePolicy(asked, error: &error) { return nil }
        return error?.code ?? PromptCode.biometryNotAvailable.rawValue
    }

    /// What the system says of the enrolled fingers or face, for as long as they stay the same.
    func biometry() -> Data? {
        let context = LAContext()
        return unavailable(context) == nil ? context.evaluatedPolicyDomainState : nil
    }

    /// Whether the person can be asked for.
    func screenLock(passcode: Bool) -> ScreenLock {
        let context = LAContext()
        let lock = screenLock(prompt: unavailable(context), hasSensor: context.biometryType != .none)
        return passcode ? lock.orPasscode(isSet: unavailable(LAContext(), passcode: true) == nil) : lock
    }

    // The sensor was there before the prompt came.
    private func refused(_ error: (any Error)?) -> KeySignerError {
        guard let error = error as? LAError else { return .Unavailable(detail: error.map { "\($0)" } ?? "no reason was given") }
        return refusal(prompt: error.code.rawValue, detail: error.localizedDescription, hasSensor: true)
    }

    /// One answer of the prompt, which comes on a thread of the system's.
    private final class Answer: @unchecked Sendable {
        private let given = DispatchSemaphore(value: 0)
        private var refusal: KeySignerError?

        func give(_ refusal: KeySignerError?) {
            self.refusal = refusal
            given.signal()
        }

        func await() -> KeySignerError? {
            given.wait()
            return refusal
        }
    }
#endif
