// What the app's views use of UIKit beside `UIKit.swift`, which says what this shim proves and what it does not.

/// CoreGraphics'.
public final class CGImage: Sendable {
    public var width: Int { fatalError() }
    public var height: Int { fatalError() }
    public func cropping(to rect: CGRect) -> CGImage? { fatalError() }
}

public final class UIImage: NSObject, @unchecked Sendable {
    public init?(data: Data) {}
    public init(cgImage: CGImage) {}
    public var cgImage: CGImage? { fatalError() }
    public func pngData() -> Data? { fatalError() }
    public func byPreparingForDisplay() async -> UIImage? { fatalError() }
}

// swift-format-ignore: AlwaysUseLowerCamelCase
public enum UIKeyboardType: Int, Sendable {
    case `default`, numbersAndPunctuation, URL, numberPad
}
