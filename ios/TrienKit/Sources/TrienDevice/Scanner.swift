#if canImport(AVFoundation) && canImport(UIKit)
    import AVFoundation
    import UIKit

    /// The camera's picture, read by the system for a QR code. What is read is a text that the presenter judges.
    @MainActor
    public final class Scanner: UIViewController {
        private let found: @MainActor (String) -> Void
        private let answered: @MainActor (Bool) -> Void
        private let opened: @MainActor (Bool) -> Void
        private let camera = Camera()
        private var layer: AVCaptureVideoPreviewLayer?

        /// `answered` hears whether the person lets the app look, and `opened` whether there is a camera that does.
        public init(
            found: @escaping @MainActor (String) -> Void, answered: @escaping @MainActor (Bool) -> Void,
            opened: @escaping @MainActor (Bool) -> Void
        ) {
            self.found = found
            self.answered = answered
            self.opened = opened
            super.init(nibName: nil, bundle: nil)
        }

        public required init?(coder: NSCoder) {
            fatalError("this screen comes from no storyboard")
        }

        public override func viewDidLoad() {
            super.viewDidLoad()
            view.backgroundColor = .black
            Task { await open() }
        }

        public override func viewDidLayoutSubviews() {
            super.viewDidLayoutSubviews()
            layer?.frame = view.bounds
        }

        public override func viewWillDisappear(_ animated: Bool) {
            super.viewWillDisappear(animated)
            camera.stop()
        }

        private func open() async {
            let isAllowed = await AVCaptureDevice.requestAccess(for: .video)
            answered(isAllowed)
            if !isAllowed { return }
            let shown = AVCaptureVideoPreviewLayer(session: camera.session)
            shown.videoGravity = .resizeAspectFill
            shown.frame = view.bounds
            view.layer.addSublayer(shown)
            layer = shown
            opened(await camera.start { [found] text in Task { @MainActor in found(text) } })
        }
    }

    /// The camera's session, which starts and stops on a queue of its own, since both block. It reads one code and stops.
    private final class Camera: NSObject, AVCaptureMetadataOutputObjectsDelegate, @unchecked Sendable {
        let session = AVCaptureSession()
        private let queue = DispatchQueue(label: "vn.trien.camera")
        private var found: (@Sendable (String) -> Void)?

        func start(_ found: @escaping @Sendable (String) -> Void) async -> Bool {
            await withCheckedContinuation { continuation in
                queue.async { continuation.resume(returning: self.open(found)) }
            }
        }

        func stop() {
            queue.async { self.close() }
        }

        private func open(_ found: @escaping @Sendable (String) -> Void) -> Bool {
            let output = AVCaptureMetadataOutput()
            guard let device = AVCaptureDevice.default(for: .video), let input = try? AVCaptureDeviceInput(device: device),
                session.canAddInput(input), session.canAddOutput(output)
            else { return false }
            session.addInput(input)
            session.addOutput(output)
            guard output.availableMetadataObjectTypes.contains(.qr) else { return false }
            output.metadataObjectTypes = [.qr]
            output.setMetadataObjectsDelegate(self, queue: queue)
            self.found = found
            session.startRunning()
            return true
        }

        private func close() {
            found = nil
            if session.isRunning { session.stopRunning() }
        }

        func metadataOutput(
            _ output: AVCaptureMetadataOutput, didOutput metadataObjects: [AVMetadataObject], from connection: AVCaptureConnection
        ) {
            let codes = metadataObjects.compactMap { $0 as? AVMetadataMachineReadableCodeObject }
            guard let text = codes.compactMap(\.stringValue).first, let found else { return }
            close()
            found(text)
        }
    }
#endif
