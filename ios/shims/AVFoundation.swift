// A stand-in for Apple's AVFoundation, to type-check our code on Linux where there is no SDK. It is never linked and does nothing.
//
// Proves: that our calls fit these signatures, as Apple documents them, and Swift 6's rules of isolation.
// Does not prove: that Apple's SDK has them so, nor that a camera sees anything.
@_exported import Foundation
import QuartzCore

public struct AVMediaType: Sendable {
    public static let video = Self()
}

open class AVCaptureDevice {
    open class func `default`(for mediaType: AVMediaType) -> AVCaptureDevice? { fatalError() }
    open class func requestAccess(for mediaType: AVMediaType) async -> Bool { fatalError() }
}

open class AVCaptureInput {}

open class AVCaptureDeviceInput: AVCaptureInput {
    public init(device: AVCaptureDevice) throws {}
}

open class AVCaptureOutput {}
open class AVCaptureConnection {}

open class AVCaptureSession {
    public init() {}
    open var isRunning: Bool { fatalError() }
    open func canAddInput(_ input: AVCaptureInput) -> Bool { fatalError() }
    open func addInput(_ input: AVCaptureInput) { fatalError() }
    open func canAddOutput(_ output: AVCaptureOutput) -> Bool { fatalError() }
    open func addOutput(_ output: AVCaptureOutput) { fatalError() }
    open func startRunning() { fatalError() }
    open func stopRunning() { fatalError() }
}

open class AVMetadataObject {
    public struct ObjectType: Hashable, Sendable {
        public static let qr = Self()
    }
}

open class AVMetadataMachineReadableCodeObject: AVMetadataObject {
    open var stringValue: String? { fatalError() }
}

public protocol AVCaptureMetadataOutputObjectsDelegate: AnyObject {
    func metadataOutput(
        _ output: AVCaptureMetadataOutput, didOutput metadataObjects: [AVMetadataObject], from connection: AVCaptureConnection)
}

open class AVCaptureMetadataOutput: AVCaptureOutput {
    public override init() {}
    open var availableMetadataObjectTypes: [AVMetadataObject.ObjectType] { fatalError() }
    open var metadataObjectTypes: [AVMetadataObject.ObjectType]! = []
    open func setMetadataObjectsDelegate(_ objectsDelegate: (any AVCaptureMetadataOutputObjectsDelegate)?, queue: DispatchQueue?) {
        fatalError()
    }
}

public struct AVLayerVideoGravity: Sendable {
    public static let resizeAspectFill = Self()
}

@MainActor
open class AVCaptureVideoPreviewLayer: CALayer {
    public init(session: AVCaptureSession) { super.init() }
    open var videoGravity = AVLayerVideoGravity.resizeAspectFill
}
