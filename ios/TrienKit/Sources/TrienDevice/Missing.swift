import Foundation

/// Whether nothing is there. A disk that does not say so has not said it: keys are removed on this answer.
func isMissing(_ place: URL) throws -> Bool {
    do {
        _ = try FileManager.default.attributesOfItem(atPath: place.path)
        return false
    } catch CocoaError.fileReadNoSuchFile {
        return true
    }
}
