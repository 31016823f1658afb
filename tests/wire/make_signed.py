#!/usr/bin/env python3
"""Writes the vectors signed-*.hex and checksum-*.hex beside this file.

A second reading of the same formats, with Python's own hmac, hashlib and struct and nothing of Evenkeel's: the IPv4 and
IPv6 headers of RFC 791 and RFC 8200, VRRP of RFC 3768 and RFC 9568, HMAC-SHA256 of RFC 2104. What is put into the
signature, and what the checksum covers, is the published format of `auth_hmac`:

    family(1: 4 or 6) version(1) vrid(1) 0(1) source(16, IPv4 in the first four bytes)
    the packet with its checksum as zero
    the first 12 bytes of the trailer, 16 zero bytes

Run it without arguments; it prints the names of what it wrote.
"""
import hashlib
import hmac
import ipaddress
import os
import struct

HERE = os.path.dirname(os.path.abspath(__file__))
KEY = bytes(range(0x40, 0x60))


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def pseudo(source, destination, length):
    if source.version == 4:
        return source.packed + destination.packed + struct.pack(">BBH", 0, 112, length)
    return source.packed + destination.packed + struct.pack(">IBBBB", length, 0, 0, 0, 112)


def packet(version, vrid, priority, centis, addresses):
    timing = struct.pack(">BB", 0, centis // 100) if version == 2 else struct.pack(">H", centis)
    head = bytes([version << 4 | 1, vrid, priority, len(addresses)]) + timing + b"\0\0"
    return head + b"".join(a.packed for a in addresses) + (bytes(8) if version == 2 else b"")


def signature(version, vrid, source, body, key_id, seconds, fraction, counter):
    head = struct.pack(">BBHIHH", 1, key_id, 0, seconds, fraction, counter)
    subject = bytes([source.version, version, vrid, 0]) + source.packed.ljust(16, b"\0")
    digest = hmac.new(KEY, subject + body + head + bytes(16), hashlib.sha256).digest()
    return head + digest[:16]


def write(name, version, source, destination, addresses, ttl=255, signed=None, formula="usual"):
    source, destination = ipaddress.ip_address(source), ipaddress.ip_address(destination)
    addresses = [ipaddress.ip_address(a) for a in addresses]
    vrid, priority, centis = 51, 150, 100
    body = packet(version, vrid, priority, centis, addresses)
    trailer = b""
    if signed:
        trailer = signature(version, vrid, source, body, *signed)
    covered = body if source.version == 4 else body + trailer
    head = b""
    if source.version == 6 or (version == 3 and formula == "usual"):
        head = pseudo(source, destination, len(covered))
    elif version == 3 and formula == "old":
        head = pseudo(source, ipaddress.ip_address("224.0.0.18"), len(covered))
    body = body[:6] + struct.pack(">H", checksum(head + covered)) + body[8:]
    payload = body + trailer
    if source.version == 4:
        ip = struct.pack(">BBHHHBBH", 0x45, 0xC0, 20 + len(payload), 1, 0, ttl, 112, 0) + source.packed + destination.packed
        ip = ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:]
    else:
        ip = struct.pack(">IHBB", 0x6C000000, len(payload), 112, ttl) + source.packed + destination.packed
    lines = [
        "origin make_signed.py",
        f"source {source}",
        f"destination {destination}",
        f"version {version}",
        f"vrid {vrid}",
        f"priority {priority}",
        f"interval_ms {centis * 10}",
        "authentication none",
    ]
    lines += [f"address {a}" for a in addresses]
    if signed:
        key_id, seconds, fraction, counter = signed
        lines += [f"key {key_id} {KEY.hex()}", f"time {seconds} {fraction}", f"counter {counter}"]
    if formula != "usual":
        lines.append(f"checksum {formula}")
    data = ip + payload
    rows = [" ".join(f"{b:02x}" for b in data[n : n + 16]) for n in range(0, len(data), 16)]
    for suffix, text in (("hex", "\n".join(rows)), ("txt", "\n".join(lines))):
        with open(os.path.join(HERE, f"{name}.{suffix}"), "w", encoding="ascii") as file:
            file.write(text + "\n")
    print(name)


SIGNED = (7, 1_700_000_000, 0x8000, 0)
write("signed-v2", 2, "10.0.0.1", "224.0.0.18", ["10.0.0.100"], signed=SIGNED)
write("signed-v3", 3, "10.0.0.1", "224.0.0.18", ["10.0.0.100", "10.0.0.101"], signed=SIGNED)
write("signed-v3-counted", 3, "10.0.0.1", "224.0.0.18", ["10.0.0.100"], signed=(255, 1_700_000_000, 0, 3))
write("signed-v3-unicast", 3, "10.0.0.1", "10.0.0.2", ["10.0.0.100"], signed=SIGNED)
write("signed-v3-ipv6", 3, "fe80::1", "ff02::12", ["fe80::100", "2001:db8::100"], signed=SIGNED)
write("checksum-v3-as-v2", 3, "10.0.0.1", "224.0.0.18", ["10.0.0.100"], formula="alone")
write("checksum-v3-old-unicast", 3, "10.0.0.1", "10.0.0.2", ["10.0.0.100"], formula="old")
write("unicast-v3-ipv6", 3, "2001:db8::1", "2001:db8::2", ["2001:db8::100"], ttl=64)
