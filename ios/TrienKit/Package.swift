// swift-tools-version:6.0
import PackageDescription

// On Linux the core is a shared library and its header, and the stories are told there; on a Mac the core comes in the XCFramework.
#if os(Linux)
    let built = Context.environment["TRIEN_BUILT"] ?? "\(Context.packageDirectory)/../../target/debug"
    let core: Target = .systemLibrary(name: "TrienCoreFFI", path: "Linux/TrienCoreFFI")
    let linking: [LinkerSetting] = [
        // Debian's libswiftObservation.so leaves a symbol open that nothing calls.
        .unsafeFlags(["-L\(built)", "-Xlinker", "-rpath", "-Xlinker", built, "-Xlinker", "--allow-shlib-undefined"])
    ]
    let strict: [SwiftSetting] = [.unsafeFlags(["-warnings-as-errors"])]
    let stories: [Target] = [
        .systemLibrary(name: "COpenSSL", path: "Linux/COpenSSL"),
        .target(name: "TestKeys", dependencies: ["COpenSSL", "TrienCore", "TrienDevice"], path: "Tests/TestKeys", swiftSettings: strict),
        .target(name: "Scenery", dependencies: ["TestKeys", "TrienCore", "TrienKit"], path: "Tests/Scenery", swiftSettings: strict),
        .executableTarget(name: "TrienHandset", dependencies: ["Scenery"], path: "Tests/TrienHandset"),
        .testTarget(
            name: "TrienStories", dependencies: ["Scenery", "TestKeys", "TrienCore", "TrienHandset", "TrienKit"], swiftSettings: strict),
    ]
#else
    let core: Target = .binaryTarget(name: "TrienCoreFFI", path: "build/TrienCoreFFI.xcframework")
    let linking: [LinkerSetting] = []
    // A package that others build may not say what is an error; the app's project does.
    let strict: [SwiftSetting] = []
    let stories: [Target] = []
#endif

// What uniffi writes for asynchronous foreign traits is not accepted in Swift 6 mode.
let older: [SwiftSetting] = [.swiftLanguageMode(.v5)]

let package = Package(
    name: "TrienKit",
    defaultLocalization: "vi",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: [
        .library(name: "TrienKit", targets: ["TrienCore", "TrienKit"]),
        .library(name: "TrienScreens", targets: ["TrienScreens"]),
        .library(name: "TrienDevice", targets: ["TrienDevice"]),
        .library(name: "TrienGroup", targets: ["TrienGroup"]),
    ],
    targets: [
        core,
        .target(name: "TrienCore", dependencies: ["TrienCoreFFI"], swiftSettings: older, linkerSettings: linking),
        .target(name: "TrienKit", dependencies: ["TrienCore"], resources: [.copy("licences.txt")], swiftSettings: strict),
        .target(name: "TrienScreens", dependencies: ["TrienCore", "TrienKit"], swiftSettings: strict),
        .target(name: "TrienGroup", swiftSettings: strict),
        .target(name: "TrienDevice", dependencies: ["TrienCore", "TrienGroup", "TrienKit"], swiftSettings: strict),
        .testTarget(name: "TrienKitTests", dependencies: ["TrienCore", "TrienKit", "TrienScreens"], swiftSettings: strict),
        .testTarget(
            name: "TrienDeviceTests", dependencies: ["TrienCore", "TrienDevice", "TrienGroup", "TrienKit"], swiftSettings: strict),
    ] + stories
)
