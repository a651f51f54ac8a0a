#if DEBUG
    import TrienCore
    import TrienKit

    private func refused(_ why: StorageError) -> Failure { failureOf(PhoneError.Storage(source: why)) }

    public let startStates: [Named<Failure?>] = [
        Named("opening", nil),
        Named("key-lost", refused(.KeyLost(folder: "phone"))),
        Named("damaged", refused(.Damaged(file: "state.sealed", detail: "the seal does not hold"))),
        Named("other-release", refused(.OtherFormat(folder: "state.sealed"))),
        Named("disk-full", refused(.Full(file: "state.sealed"))),
    ]

    public let scanStates: [Named<Camera>] = [
        Named("asked", .asked),
        Named("looking", .looking),
        Named("refused", .refused),
        Named("missing", .missing),
    ]
#endif
