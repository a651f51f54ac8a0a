// swift-tools-version:6.0
import PackageDescription

// On Linux the core is a shared library and its header; on a Mac both come in the XCFramework.
#if os(Linux)
    let built = Context.environment["TRIEN_BUILT"] ?? "\(Context.packageDirectory)/../../target/debug"
    let core: Target = .systemLibrary(name: "TrienCoreFFI", path: "Linux/TrienCoreFFI")
    let linking: [LinkerSetting] = [
        // Debian's libswiftObservation.so leaves a symbol open that nothing calls.
        .unsafeFlags(["-L\(built)", "-Xlinker", "-rpath", "-Xlinker", built, "-Xlinker", "--allow-shlib-undefined"])
    ]
#else
    let core: Target = .binaryTarget(name: "TrienCoreFFI", path: "build/TrienCoreFFI.xcframework")
    let linking: [LinkerSetting] = []
#endif

let package = Package(
    name: "TrienKit",
    defaultLocalization: "vi",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: [
        .library(name: "TrienKit", targets: ["TrienCore", "TrienKit"]),
        .library(name: "TrienDevice", targets: ["TrienDevice"]),
        // All that an extension needs: no core, and none of its keys.
        .library(name: "TrienGroup", targets: ["TrienGroup"]),
    ],
    targets: [
        core,
        // What uniffi writes for asynchronous foreign traits is not accepted in Swift 6 mode.
        .target(
            name: "TrienCore", dependencies: ["TrienCoreFFI"], swiftSettings: [.swiftLanguageMode(.v5)],
            linkerSettings: linking),
        .target(name: "TrienKit", dependencies: ["TrienCore"]),
        .target(name: "TrienGroup"),
        .target(name: "TrienDevice", dependencies: ["TrienCore", "TrienGroup", "TrienKit"]),
        .testTarget(name: "TrienKitTests", dependencies: ["TrienKit"]),
        .testTarget(name: "TrienDeviceTests", dependencies: ["TrienDevice", "TrienGroup"]),
    ]
)
