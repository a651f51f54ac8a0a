#!/usr/bin/env python3
"""Lets a task that waits for news stop waiting, in the bindings that uniffi has written.

    ios/scripts/cancellable.py TrienCore.swift

A Kotlin coroutine that is cancelled drops the future of the core that it waits for. The bindings for Swift do not pass that on, though the core's
side can: a phone that was left would hold its line until the server says something. Only `awaitNews` is changed, since whoever stops waiting for
news misses none; all else that the core has begun it ends, as the presenters count on.
"""

import sys
from pathlib import Path

CHANGES = [
    # The call that every asynchronous method goes through.
    (
        "    freeFunc: (UInt64) -> (),\n    liftFunc:",
        "    freeFunc: (UInt64) -> (),\n    cancelFunc: (@Sendable (UInt64) -> ())? = nil,\n    liftFunc:",
    ),
    (
        "        pollResult = await withUnsafeContinuation {\n            pollFunc(\n                rustFuture,\n"
        "                { handle, pollResult in\n"
        "                    uniffiFutureContinuationCallback(handle: handle, pollResult: pollResult)\n"
        "                },\n                uniffiContinuationHandleMap.insert(obj: $0)\n            )\n        }\n",
        "        pollResult = await withTaskCancellationHandler {\n            await withUnsafeContinuation {\n                pollFunc(\n                    rustFuture,\n"
        "                    { handle, pollResult in\n"
        "                        uniffiFutureContinuationCallback(handle: handle, pollResult: pollResult)\n"
        "                    },\n                    uniffiContinuationHandleMap.insert(obj: $0)\n                )\n            }\n"
        "        } onCancel: {\n            cancelFunc?(rustFuture)\n        }\n",
    ),
    ('            fatalError("Cancellation not supported yet")\n', "            throw CancellationError()\n"),
]

METHOD = "open func awaitNews()async throws  -> Synced?  {"
FREE = "            freeFunc: ffi_trien_ffi_rust_future_free_rust_buffer,\n"
CANCEL = FREE + "            cancelFunc: { ffi_trien_ffi_rust_future_cancel_rust_buffer($0) },\n"


def main():
    file = Path(sys.argv[1])
    text = file.read_text(encoding="utf-8")
    for before, after in CHANGES:
        text = replaced(text, before, after)
    if METHOD not in text:
        sys.exit(f"cancellable.py: {file} has no awaitNews: look at what uniffi writes now")
    above, below = text.split(METHOD, 1)
    body, rest = below.split("\n}\n", 1)
    file.write_text(f"{above}{METHOD}{replaced(body, FREE, CANCEL)}\n}}\n{rest}", encoding="utf-8")


def replaced(text, before, after):
    if text.count(before) != 1:
        sys.exit(f"cancellable.py: not once in the bindings, look at what uniffi writes now:\n{before}")
    return text.replace(before, after)


if __name__ == "__main__":
    main()
