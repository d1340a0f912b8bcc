# SPDX-License-Identifier: GPL-2.0-only
"""Renames a symbol in shared libraries, as if they had been built with the new name: in its definition,
in the hash table, and in imports.

    rename([path, ...], "_ZN2tt5oldEv")    returns the new name
    rename([path, ...], new, old)          and back

The new name has the length of the old one and belongs to the same bucket of .gnu.hash, so no symbol
moves.
"""
import itertools
import mmap
import string
import struct

SYMBOL = struct.Struct("<IBBHQQ")
DYNAMIC = struct.Struct("<QQ")
DT_HASH, DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_GNU_HASH = 4, 5, 6, 10, 0x6ffffef5
PT_LOAD, PT_DYNAMIC = 1, 2
LETTERS = (string.ascii_letters + string.digits).encode()


def gnu_hash(name):
    value = 5381
    for byte in name:
        value = (value * 33 + byte) & 0xffffffff
    return value


class Library:
    """The dynamic symbols of a library for x86-64 or arm64, changed in place."""

    def __init__(self, path):
        with open(path, "r+b") as file:
            self.image = mmap.mmap(file.fileno(), 0)
        offset, size, count = self.get("<Q", 32)[0], *self.get("<HH", 54)
        headers = [self.get("<IIQQQQQQ", offset + i * size) for i in range(count)]
        self.loads = [(va, at, length) for kind, _, at, va, _, length, _, _ in headers
                      if kind == PT_LOAD]
        at, length = next((h[2], h[5]) for h in headers if h[0] == PT_DYNAMIC)
        tags = dict(DYNAMIC.iter_unpack(self.image[at:at + length]))
        assert DT_HASH not in tags, f"{path} has a hash table of the older kind"
        self.symbols = self.place(tags[DT_SYMTAB])
        self.strings = self.place(tags[DT_STRTAB]), tags[DT_STRSZ]
        self.read_hash(self.place(tags[DT_GNU_HASH]))

    def get(self, layout, at):
        return struct.unpack_from(layout, self.image, at)

    def place(self, address):
        return next(at + address - va for va, at, length in self.loads
                    if va <= address < va + length)

    def read_hash(self, at):
        self.buckets, self.first, self.bloom_words, self.shift = self.get("<IIII", at)
        self.bloom = at + 16
        self.heads = self.bloom + 8 * self.bloom_words
        self.chain = self.heads + 4 * self.buckets

    def name_at(self, index):
        start = self.strings[0] + SYMBOL.unpack_from(self.image, self.symbols + 24 * index)[0]
        return self.image[start:self.image.find(b"\0", start)]

    def defined(self, name):
        """Its index among the symbols, as a loader finds it; None: it is not defined here."""
        value = gnu_hash(name)
        index, = self.get("<I", self.heads + 4 * (value % self.buckets))
        while index:
            there, = self.get("<I", self.chain + 4 * (index - self.first))
            if (there ^ value) < 2 and self.name_at(index) == name:
                return index
            index = 0 if there & 1 else index + 1
        return None

    def fits(self, old, new):
        return self.defined(old) is None or \
            gnu_hash(old) % self.buckets == gnu_hash(new) % self.buckets

    def set_hash(self, index, value):
        at = self.chain + 4 * (index - self.first)
        last = self.get("<I", at)[0] & 1
        struct.pack_into("<I", self.image, at, value & ~1 | last)
        word = self.bloom + 8 * (value // 64 % self.bloom_words)
        bits = 1 << value % 64 | 1 << (value >> self.shift) % 64
        struct.pack_into("<Q", self.image, word, self.get("<Q", word)[0] | bits)

    def rename(self, old, new):
        """Whether it had the name."""
        start, size = self.strings
        at = self.image.find(b"\0" + old + b"\0", start, start + size)
        if at < 0:
            return False
        index = self.defined(old)
        self.image[at + 1:at + 1 + len(old)] = new
        if index is not None:
            self.set_hash(index, gnu_hash(new))
            assert self.defined(new) == index
        assert self.defined(old) is None
        return True


def another(libraries, old):
    """Four letters in front of the last one differ, which is enough to find the same buckets."""
    """Its last letter before the parameters stays: one that demanglers know may follow."""
    at = len(old) - 5
    for letters in itertools.product(LETTERS, repeat=4):
        new = old[:at] + bytes(letters) + old[at + 4:]
        if new != old and all(library.fits(old, new) for library in libraries):
            return new
    raise LookupError(f"no other name for {old.decode()}")


def rename(paths, old, new=None):
    libraries = [Library(path) for path in paths]
    old = old.encode()
    new = new.encode() if new else another(libraries, old)
    assert [library.rename(old, new) for library in libraries].count(True), f"nobody has {old}"
    return new.decode()
