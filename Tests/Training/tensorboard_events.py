"""Reads a TensorBoard event file without TensorFlow and prints it, one event a line, as JSON.

Independent of the writer: the CRC is computed from its polynomial bit by bit, fields are looked up by the numbers of TensorFlow's
event.proto and summary.proto, and everything that is not expected is an error.

    python3 tensorboard_events.py FILE
"""
import json
import struct
import sys


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)   # Castagnoli's polynomial, reflected
    return crc ^ 0xFFFFFFFF


def unmask(masked):
    rotated = (masked - 0xA282EAD8) & 0xFFFFFFFF
    return ((rotated >> 17) | (rotated << 15)) & 0xFFFFFFFF


def records(data):
    at = 0
    while at < len(data):
        header, (length_crc,) = data[at:at + 8], struct.unpack_from("<I", data, at + 8)
        (length,) = struct.unpack("<Q", header)
        assert unmask(length_crc) == crc32c(header), f"byte {at}: the CRC of the length is wrong"
        body = data[at + 12:at + 12 + length]
        (body_crc,) = struct.unpack_from("<I", data, at + 12 + length)
        assert len(body) == length and unmask(body_crc) == crc32c(body), f"byte {at}: the CRC of the record is wrong"
        yield body
        at += 16 + length


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        else:
            size, at = (8, at) if kind == 1 else (4, at) if kind == 5 else varint(data, at)
            assert kind in (1, 2, 5) and at + size <= len(data), f"a field of kind {kind} and {size} bytes"
            value, at = data[at:at + size], at + size
        yield key >> 3, kind, value


def event(data):
    result = {}
    for field, kind, value in fields(data):
        if (field, kind) == (1, 1):
            result["wall_time"] = struct.unpack("<d", value)[0]
        elif (field, kind) == (2, 0):
            result["step"] = value
        elif (field, kind) == (3, 2):
            result["file_version"] = value.decode()
        elif (field, kind) == (5, 2):
            result["scalars"] = [scalar(*value) for value in fields(value)]
        elif (field, kind) == (7, 2):
            result["session"] = [(f, v) for f, _, v in fields(value)]
        else:
            raise ValueError(f"field {field} of kind {kind} in an event")
    return result


def scalar(field, kind, data):
    (tag_field, tag_kind, tag), (value_field, value_kind, value) = fields(data)
    assert (field, kind, tag_field, tag_kind, value_field, value_kind) == (1, 2, 1, 2, 2, 5)
    return [tag.decode(), repr(struct.unpack("<f", value)[0])]


with open(sys.argv[1], "rb") as file:
    for record in records(file.read()):
        print(json.dumps(event(record)))
