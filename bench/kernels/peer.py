"""Convolutions by SciPy and OpenCV, one request and one answer per line: see python.ts."""

import json
import sys
import time

import cv2
import numpy as np
from scipy import signal

cv2.setNumThreads(1)


def by_signal(convolve):
    def prepare(x, taps):
        flipped = np.ascontiguousarray(taps[::-1, ::-1, None])
        return lambda: convolve(x, flipped, mode="same", axes=(0, 1))

    return prepare


def by_filter_2d(x, taps):
    return lambda: cv2.filter2D(x, -1, taps, borderType=cv2.BORDER_CONSTANT)


PEERS = {
    "SciPy oaconvolve": by_signal(signal.oaconvolve),
    "SciPy fftconvolve": by_signal(signal.fftconvolve),
    "OpenCV filter2D": by_filter_2d,
}
prepared = {}


def answer(peer, x=None, size=None, taps=None, kernel=None, y=None):
    """Prepares a peer with the files of its operands, or runs it, and then writes y where it is given."""
    if x is not None:
        image = np.fromfile(x, np.float32).reshape(size)
        prepared[peer] = PEERS[peer](image, np.fromfile(taps, np.float32).reshape(kernel))
        return 0
    start = time.perf_counter()
    result = prepared[peer]()
    passed = time.perf_counter() - start
    if y is not None:
        np.ascontiguousarray(result, np.float32).tofile(y)
    return 1000 * passed


print(json.dumps(list(PEERS)), flush=True)
for line in sys.stdin:
    print(json.dumps(answer(**json.loads(line))), flush=True)
