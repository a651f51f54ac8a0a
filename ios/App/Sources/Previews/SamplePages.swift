#if DEBUG
    import Foundation
    import TrienKit
    import UIKit

    /// Pages of the documents that come along, drawn beforehand: Android's very pictures. A preview runs on the machine that has the sources, so
    /// they are read from there and are in no build.
    enum SamplePages {
        /// The sample document, as it waits for a signature.
        static let page = source("page")

        /// The page of it that is signed, with the stamp.
        static let stamped = source("stamped")

        static let practice = source("practice")
        static let practiceStamped = source("practice-stamped")

        static func png(_ name: String) -> Data? {
            try? Data(contentsOf: pictures.appendingPathComponent("\(name).png"))
        }

        private static let pictures: URL = {
            var repository = URL(fileURLWithPath: #filePath)
            // ios/App/Sources/Previews/SamplePages.swift
            for _ in 0..<5 { repository.deleteLastPathComponent() }
            return repository.appendingPathComponent("android/app/src/debug/resources/vn/trien/samples")
        }()

        private static func source(_ name: String) -> PageSource {
            PageSource { strip in
                guard let page = png(name).flatMap({ UIImage(data: $0) })?.cgImage else { throw Missing(name: name) }
                let scale = CGFloat(page.width) / CGFloat(max(strip.pageWidth, 1))
                let cut = CGRect(x: 0, y: CGFloat(strip.top) * scale, width: CGFloat(page.width), height: CGFloat(strip.height) * scale)
                guard let png = page.cropping(to: cut).flatMap({ UIImage(cgImage: $0).pngData() }) else { throw Missing(name: name) }
                return png
            }
        }
    }

    private struct Missing: Error {
        let name: String
    }
#endif
