// Where SwiftUI meets UIKit. What this shim proves and what it does not is said in `SwiftUI.swift`.

import UIKit

extension Image {
    public init(uiImage: UIImage) {}
}

@MainActor @preconcurrency
public protocol UIViewControllerRepresentable: View where Body == Never {
    associatedtype UIViewControllerType: UIViewController
    associatedtype Coordinator = Void
    typealias Context = UIViewControllerRepresentableContext<Self>
    func makeUIViewController(context: Context) -> UIViewControllerType
    func updateUIViewController(_ controller: UIViewControllerType, context: Context)
}

extension UIViewControllerRepresentable {
    public var body: Never { fatalError() }
}

@MainActor @preconcurrency
public struct UIViewControllerRepresentableContext<Representable: UIViewControllerRepresentable> {}

@propertyWrapper
public struct UIApplicationDelegateAdaptor<Delegate: NSObject & UIApplicationDelegate>: DynamicProperty {
    @MainActor public init(_ type: Delegate.Type = Delegate.self) {}
    @MainActor public var wrappedValue: Delegate { fatalError() }
}

extension View {
    public func keyboardType(_ type: UIKeyboardType) -> some View { self }
}
