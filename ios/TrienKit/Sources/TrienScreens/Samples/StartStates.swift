#if DEBUG
    import TrienCore
    import TrienKit

    private func refused(_ what: String, _ detail: String, _ remedy: Remedy = .tryAgain) -> StartState {
        .refused(
            failure: Failure(what: words("app-failure-\(what)"), remedy: remedy, detail: detail),
            facts: [
                Fact(name: words("app-fact-app"), value: "Trien iOS 0.1.0"),
                Fact(name: words("app-fact-model"), value: "Apple iPhone15,4"),
                Fact(name: words("app-fact-at"), value: "08:41 22/11/2026"),
                Fact(name: words("app-fact-failure"), value: "\(what) – \(detail)"),
            ])
    }

    public let startStates: [Named<StartState>] = [
        Named("opening", .opening),
        Named("key-lost", refused("key-lost", "the key of phone is lost", .enrollAgain)),
        Named("damaged", refused("files", "state.sealed is damaged: the seal does not hold")),
        Named("other-release", refused("other-release", "phone was made by another release")),
        Named("disk-full", refused("disk-full", "state.sealed was not written")),
        Named("secrets", refused("secrets", "the keychain did not answer: -25308")),
        Named("defect", refused("defect", "The file “phone” could not be made.")),
    ]

    public let scanStates: [Named<Camera>] = [
        Named("asked", .asked),
        Named("looking", .looking),
        Named("refused", .refused),
        Named("missing", .missing),
    ]
#endif
