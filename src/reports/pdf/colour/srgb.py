"""Writes srgb.icc: a small ICC version 2 display profile computed from the public numbers of IEC 61966-2-1.

    python3 srgb.py

Nothing is copied from another profile: the primaries and the white point are those of the standard, adapted to
D50 with the Bradford matrix, and the tone curve is its formula at 256 points.
"""
import struct


def matrix(a, b):
    return [[sum(a[i][k] * b[k][j] for k in range(3)) for j in range(len(b[0]))] for i in range(3)]


def inverse(m):
    (a, b, c), (d, e, f), (g, h, i) = m
    det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    return [[(e * i - f * h) / det, (c * h - b * i) / det, (b * f - c * e) / det],
            [(f * g - d * i) / det, (a * i - c * g) / det, (c * d - a * f) / det],
            [(d * h - e * g) / det, (b * g - a * h) / det, (a * e - b * d) / det]]


def xyz(x, y):
    return [x / y, 1.0, (1 - x - y) / y]


columns = [xyz(0.64, 0.33), xyz(0.30, 0.60), xyz(0.15, 0.06)]
primaries = [[columns[j][i] for j in range(3)] for i in range(3)]
white = xyz(0.3127, 0.3290)
d50 = [0.9642, 1.0, 0.8249]
scale = matrix(inverse(primaries), [[v] for v in white])
to_xyz = [[primaries[i][j] * scale[j][0] for j in range(3)] for i in range(3)]
bradford = [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
source, target = (matrix(bradford, [[v] for v in w]) for w in (white, d50))
gain = [[(target[i][0] / source[i][0]) if i == j else 0.0 for j in range(3)] for i in range(3)]
adapted = matrix(matrix(inverse(bradford), gain), matrix(bradford, to_xyz))


def fixed(value):
    return struct.pack(">i", round(value * 65536))


def text(kind, value):
    value = value.encode() + b"\0"
    if kind == b"desc":
        return b"desc" + bytes(4) + struct.pack(">I", len(value)) + value + bytes(4 + 4 + 2 + 1 + 67)
    return b"text" + bytes(4) + value


def linear(v):
    return v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4


def place(values):
    return b"XYZ " + bytes(4) + b"".join(fixed(v) for v in values)


curve = b"curv" + bytes(4) + struct.pack(">I", 256) + b"".join(struct.pack(">H", round(linear(i / 255) * 65535)) for i in range(256))
tags = [(b"desc", text(b"desc", "sRGB IEC61966-2-1")), (b"cprt", text(b"text", "No copyright, use freely")),
        (b"wtpt", place(d50))]
tags += [(name, place([adapted[i][j] for i in range(3)])) for j, name in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))]
tags += [(name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")]
body, table, places, start = b"", b"", {}, 128 + 4 + 12 * len(tags)
for name, data in tags:
    if data not in places:
        places[data] = start + len(body)
        body += data + bytes(-len(data) % 4)
    table += name + struct.pack(">II", places[data], len(data))
size = start + len(body)
header = struct.pack(">I4sI4s4s4s", size, b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(4 + 4 + 4 + 4 + 8 + 4)
header += b"".join(fixed(v) for v in d50) + bytes(4)
header += bytes(128 - len(header))
open("srgb.icc", "wb").write(header + struct.pack(">I", len(tags)) + table + body)
print(size, "bytes", [[round(v, 4) for v in row] for row in adapted])
