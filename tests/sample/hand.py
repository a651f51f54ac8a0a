"""A stylised hand signature, drawn from curves: nobody's own. Blue on transparent (PNG)."""

import struct
import zlib

WIDTH, HEIGHT = 480, 196
INK = (24, 60, 158)

# Pen strokes as cubic Bézier chains in a box of 480 x 196, y downwards.
STROKES = [
    [(58, 62), (96, 34), (168, 30), (196, 44), (214, 54), (150, 60), (128, 66)],
    [(140, 48), (132, 92), (110, 138), (84, 150), (64, 158), (58, 138), (82, 122),
     (118, 98), (158, 92), (176, 104), (186, 112), (164, 138), (178, 136),
     (198, 132), (204, 100), (220, 98), (234, 98), (216, 136), (230, 134),
     (248, 130), (252, 70), (276, 34), (286, 20), (296, 30), (282, 58),
     (266, 92), (252, 122), (256, 136), (262, 146), (282, 112), (300, 104),
     (316, 98), (296, 132), (310, 134), (330, 136), (352, 104), (368, 98),
     (388, 92), (372, 128), (392, 124), (410, 120), (428, 96), (444, 84)],
    [(40, 168), (130, 146), (290, 144), (432, 160), (440, 162), (430, 168), (404, 166)],
    [(318, 74), (321, 72), (324, 74), (322, 77)],
]


def png():
    """The picture's bytes, the same everywhere: rows are stored, not deflated.

    One palette entry per degree of transparency keeps it at one byte a pixel.
    """
    alpha = coverage()
    rows = b"".join(b"\0" + alpha[y * WIDTH:(y + 1) * WIDTH] for y in range(HEIGHT))
    return b"\x89PNG\r\n\x1a\n" + b"".join([
        chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)),
        chunk(b"PLTE", bytes(INK) * 256),
        chunk(b"tRNS", bytes(range(256))),
        chunk(b"IDAT", stored(rows)),
        chunk(b"IEND", b""),
    ])


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def stored(data):
    """A zlib stream (RFC 1950) of stored blocks (RFC 1951 §3.2.4)."""
    out = bytearray(b"\x78\x01")
    for start in range(0, len(data), 65535):
        block = data[start:start + 65535]
        out += struct.pack("<BHH", start + 65535 >= len(data), len(block), 0xFFFF - len(block)) + block
    return bytes(out + struct.pack(">I", zlib.adler32(data)))


def coverage():
    """Ink per pixel, 0-255."""
    alpha = bytearray(WIDTH * HEIGHT)
    for points in STROKES:
        track = [dot for i in range(0, len(points) - 3, 3) for dot in curve(points[i:i + 4])]
        for step, (x, y, slope) in enumerate(track):
            end = min(step, len(track) - 1 - step) / 150
            press(alpha, x, y, (1.1 + 1.5 * slope) * min(1.0, 0.45 + end))
    return alpha


def curve(points):
    """Points along a cubic curve with how far the pen moves down (0-1): down strokes are thicker."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points
    for i in range(400):
        t = i / 400
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3
        dx = 3 * (1 - t) ** 2 * (x1 - x0) + 6 * (1 - t) * t * (x2 - x1) + 3 * t * t * (x3 - x2)
        dy = 3 * (1 - t) ** 2 * (y1 - y0) + 6 * (1 - t) * t * (y2 - y1) + 3 * t * t * (y3 - y2)
        yield a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3, max(0.0, dy) / (abs(dx) + abs(dy) + 1e-9)


def press(alpha, x, y, radius):
    """A round nib, soft over one pixel."""
    for py in range(max(0, int(y - radius) - 1), min(HEIGHT, int(y + radius) + 3)):
        for px in range(max(0, int(x - radius) - 1), min(WIDTH, int(x + radius) + 3)):
            distance = ((px - x) ** 2 + (py - y) ** 2) ** 0.5
            ink = round(255 * min(1.0, max(0.0, radius + 0.5 - distance)))
            at = py * WIDTH + px
            alpha[at] = max(alpha[at], ink)


if __name__ == "__main__":
    import sys
    sys.stdout.buffer.write(png())
