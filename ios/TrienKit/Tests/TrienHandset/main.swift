import Foundation
import Scenery

// The app in a process of its own, whose person signs one request: `TrienHandset FOLDER REQUEST`.
let words = CommandLine.arguments
let handset = try await Handset(folder: URL(fileURLWithPath: words[1]))
try found(await handset.home().sync.doneAt)
let answer = try await handset.sign(words[2])
guard answer.isSigned else { throw Fault("\(answer)") }
