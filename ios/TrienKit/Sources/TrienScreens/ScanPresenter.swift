import Observation

/// Whether the camera can look.
public enum Camera: Sendable {
    /// The person is being asked.
    case asked
    case looking
    case refused

    /// There is none, or it does not open.
    case missing
}

/// Follows what the person and the system say of the camera.
@MainActor @Observable
public final class ScanPresenter {
    public private(set) var camera = Camera.asked

    public init() {}

    /// The person has answered, now or before.
    public func answered(isAllowed: Bool) {
        camera = isAllowed ? .asked : .refused
    }

    public func opened(isOpen: Bool) {
        camera = isOpen ? .looking : .missing
    }
}
