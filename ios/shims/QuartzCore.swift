// A stand-in for what we use of Apple's QuartzCore, to type-check our code on Linux where there is no SDK. It is never linked and does nothing;
// UIKit.swift says what it proves.
import Foundation

@MainActor
open class CALayer {
    public init() {}
    open var frame: CGRect = .zero
    open func addSublayer(_ layer: CALayer) { fatalError() }
}
