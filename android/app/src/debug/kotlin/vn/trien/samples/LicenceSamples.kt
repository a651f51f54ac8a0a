package vn.trien.samples

import vn.trien.present.Component
import vn.trien.present.LicencesState

private const val MIT = "Copyright (c) 2026 The Authors\n\n" +
    "Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the " +
    "\"Software\"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, " +
    "distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to " +
    "the following conditions:\n\n" +
    "The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.\n\n" +
    "THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF " +
    "MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR " +
    "ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH " +
    "THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."

private val COMPONENTS = listOf(
    Component("Triện", "Apache-2.0", MIT),
    Component("androidx.compose.foundation:foundation-layout-android 1.11.4", "Apache-2.0", MIT),
    Component("Arimo 1.33", "OFL-1.1", MIT),
    Component("linux-raw-sys 0.12.1", "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT", MIT),
    Component("Rust's standard library", "MIT OR Apache-2.0", MIT),
    Component("unicode-normalization 0.1.26", "(MIT OR Apache-2.0) AND Unicode-3.0", MIT),
)

val LICENCES: List<Pair<String, LicencesState>> = listOf(
    "all" to LicencesState(COMPONENTS),
    "open" to LicencesState(COMPONENTS, COMPONENTS[3]),
)
