#if DEBUG
    import Foundation
    import TrienKit
    import TrienScreens
    import UIKit

    /// Pages of the documents that come along, drawn beforehand.
    enum SamplePages {
        /// The sample document, as it waits for a signature.
        static let page = source("page")

        /// The page of it that is signed, with the stamp.
        static let stamped = source("stamped")

        static let practice = source("practice")
        static let practiceStamped = source("practice-stamped")

        private static func source(_ name: String) -> PageSource {
            PageSource { strip in
                guard let page = samplePng(name).flatMap({ UIImage(data: $0) })?.cgImage else { throw Missing(name: name) }
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
