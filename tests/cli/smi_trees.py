#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes recorded sysfs trees for the tests of tt-smi: smi_trees.py DIR [TREE]...

Each tree has the files of the module, with consistent figures, and is a root for --sysfs-root.
"""
import os
import sys

KiB, MiB, GiB = 1 << 10, 1 << 20, 1 << 30
POOLS = ["dram", "trace", "l1", "l1_small", "cb", "kernel"]

WORMHOLE = {"arch": "wormhole", "total": 80, "l1": 1499136, "bank": GiB, "banks": 12}
BLACKHOLE = {"arch": "blackhole", "total": 140, "l1": 1572864, "bank": 4 * GiB, "banks": 8}


def put(path, value):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    data = value if isinstance(value, bytes) else f"{value}\n".encode()
    with open(path, "wb") as f:
        f.write(data)


def link(name, target):
    os.makedirs(os.path.dirname(name), exist_ok=True)
    os.symlink(os.path.relpath(target, os.path.dirname(name)), name)


def stat_text(figures):
    return "".join(f"{k} {v}\n" for k, v in figures.items() if v is not None).encode()


def used(l1=0, l1_small=0, cb=0, dram=0, trace=0, l1_overlap=0, dram_overlap=0, **more):
    """Figures of use that keep the pools' identity; None = the pool is unknown."""
    known = [v for v in (l1, l1_small, cb) if v is not None]
    figures = {
        "l1_used": sum(known) - l1_overlap if known else None,
        "l1_peak": sum(known) - l1_overlap if known else None,
        "l1_footprint": sum(known) - l1_overlap if known else None,
        "l1_overlap": l1_overlap if known else None,
        "l1_buffers_used": l1, "l1_buffers_peak": l1,
        "l1_small_used": l1_small, "l1_small_peak": l1_small,
        "cb_used": cb, "cb_peak": cb, "cb_loaded": cb, "cb_loaded_peak": cb,
    }
    known = [v for v in (dram, trace) if v is not None]
    figures.update({
        "dram_used": sum(known) - dram_overlap if known else None,
        "dram_peak": sum(known) - dram_overlap if known else None,
        "dram_overlap": dram_overlap if known else None,
        "dram_buffers_used": dram, "trace_used": trace,
        "l1_partial": sum(1 << POOLS.index(p) for p, v in
                          (("l1", l1), ("l1_small", l1_small), ("cb", cb)) if v is None),
        "dram_partial": sum(1 << POOLS.index(p) for p, v in
                            (("dram", dram), ("trace", trace)) if v is None),
        "approx": 0, "inconsistent": 0, "rejected": 0, "dropped": 0, "records": 10,
        "programs": 2, "generation": 1000,
    })
    figures.update(more)
    return figures


def geometry(arch, active):
    return {"tensix_total": arch["total"], "tensix_active": active,
            "l1_capacity": active * arch["l1"], "dram_capacity": arch["banks"] * arch["bank"]}


def layout(arch, active, workers, reserved_per_core=105 * KiB):
    capacity = active * arch["l1"]
    allocatable = workers * (arch["l1"] - reserved_per_core)
    return {"l1_allocatable": allocatable, "l1_reserved": capacity - allocatable,
            "dram_allocatable": arch["banks"] * (arch["bank"] - 2 * MiB)}


class Tree:
    def __init__(self, root):
        self.cls = os.path.join(root, "class/tt_memstat")
        os.makedirs(self.cls, exist_ok=True)
        self.root = root
        self.host = {"version": "0.1.0", "chips": 0, "chips_unknown": 0, "chips_virtual": 0,
                     "clients": 0, "l1_capacity": 0, "l1_used": 0, "dram_capacity": 0,
                     "dram_used": 0}

    def chip(self, n, figures, kind="local", pci=None, clients=(), **files):
        name = f"tt{n}"
        above = f"devices/pci0000:00/0000:00:01.0/{pci}" if pci else "devices/virtual"
        path = os.path.join(self.root, above, "tt_memstat", name)
        os.makedirs(os.path.join(path, "clients"), exist_ok=True)
        os.symlink(f"../../{above}/tt_memstat/{name}", os.path.join(self.cls, name))
        # The files of a device that libudev requires.
        put(f"{path}/uevent", b"")
        os.symlink(os.path.relpath(self.cls, path), f"{path}/subsystem")
        if pci:
            os.symlink("../..", os.path.join(path, "device"))
            function = os.path.join(self.root, above)
            if not os.path.exists(f"{function}/uevent"):
                put(f"{function}/uevent", b"")
                os.makedirs(f"{self.root}/bus/pci", exist_ok=True)
                os.symlink(os.path.relpath(f"{self.root}/bus/pci", function),
                           f"{function}/subsystem")
                link(f"{self.root}/bus/pci/devices/{pci}", function)
        put(f"{path}/kind", kind)
        for key, value in files.items():
            put(f"{path}/{key}", value)
        figures = dict(figures)
        figures["clients"] = len(clients)
        put(f"{path}/stat", stat_text(figures))
        for client in clients:
            self.client(path, **client)
        if kind == "virtual":
            self.host["chips_virtual"] += 1
            return path
        self.host["chips"] += 1
        self.host["clients"] += len(clients)
        self.host["chips_unknown"] += "l1_capacity" not in figures
        for key in ("l1_capacity", "l1_used", "dram_capacity", "dram_used"):
            self.host[key] += figures.get(key) or 0
        return path

    @staticmethod
    def client(path, id, pid, uid, comm, figures, label="", **files):
        """One has a file for each number of its stat, as on a live system."""
        at = f"{path}/clients/{id}"
        numbers = {"pid": pid, "uid": uid, "start_time": 123456, "runtime_id": 0, "covers": 63,
                   **files}
        for key, value in {**numbers, "comm": comm, "label": label}.items():
            put(f"{at}/{key}", value)
        put(f"{at}/stat", stat_text({**numbers, **figures}))

    def close(self):
        for key, value in self.host.items():
            put(f"{self.cls}/{key}", value)


def add(*parts, shared_l1=0, shared_dram=0, l1_overlap=None, **more):
    """A chip's figures from its clients': the clients' identity holds with what is shared."""
    out = {}
    for part in parts:
        for key, value in part.items():
            if value is not None and key not in ("l1_partial", "dram_partial", "approx",
                                                 "inconsistent", "generation"):
                out[key] = out.get(key, 0) + value
    for key in ("l1_used", "l1_buffers_used"):
        if key in out:
            out[key] -= shared_l1
    for key in ("dram_used", "dram_buffers_used"):
        if key in out:
            out[key] -= shared_dram
    out.update({"l1_shared": shared_l1, "dram_shared": shared_dram, "l1_partial": 0,
                "dram_partial": 0, "approx": 0, "inconsistent": 0, "generation": 4711})
    out.update(more)
    return out


FULLEST = {"l1_fullest_core_x": 3, "l1_fullest_core_y": 4, "l1_fullest_core_used": 826261,
           "l1_fullest_core_peak": 1003520, "l1_headroom": 614400, "l1_headroom_min": 412000,
           "dispatch_age_ms": 20750}

# Figures that the other trees lack.
ALL = {"l1_free": 98797568, "l1_clash": 0, "l1_footprint_peak": 75 * MiB,
       "l1_largest_free_block": 1024, "dram_free": 27615297536,
       "dram_largest_free_block": 4 * MiB, "kernel_region": 70656, "kernel_app": 3 * MiB,
       "kernel_system": MiB, "drift": -4096, "snapshot_age_ms": 5,
       "dram_buffers_peak": 2 * GiB, "trace_peak": MiB}


def p150_parts():
    a = used(l1=37748736, l1_small=2 * MiB, cb=12 * MiB, dram=5 * GiB + 300 * MiB,
             trace=96 * MiB)
    b = used(l1=6 * MiB, l1_small=512 * KiB, cb=3 * MiB, dram=900 * MiB, trace=0)
    chip = add(a, b, cb_loaded=23 * MiB, l1_peak=71 * MiB, dram_peak=7 * GiB, **FULLEST,
               **geometry(BLACKHOLE, 120), **layout(BLACKHOLE, 120, 110))
    clients = [
        dict(id=11, pid=20714, uid=1000, comm="python3", label="llama-3.1-8b", figures=a),
        dict(id=12, pid=20950, uid=1001, comm="pytest", figures=b),
    ]
    return chip, clients


P150 = dict(board="p150b", arch="blackhole", pci="0000:01:00.0", unique_id="0x0123456789abcdef",
            kmd_node="tenstorrent/0", grid="12x10", geometry_source="runtime",
            asic_location="0")


def tree_empty(t):
    pass


def tree_p150(t):
    chip, clients = p150_parts()
    cores = [[0] * 12 for _ in range(10)]
    for y in range(10):
        for x in range(11):
            cores[y][x] = (x + y) * 70000
    cores[4][3] = 826261
    t.chip(0, chip, clients=clients, l1_per_core="\n".join(
        " ".join(map(str, row)) for row in cores), **P150)


def tree_p300(t):
    """Two chips of one board, each with a PCI function, of which everything is known."""
    each = {**layout(BLACKHOLE, 120, 110), **FULLEST, **ALL}
    shape = {**geometry(BLACKHOLE, 120), "tensix_harvesting": 192, "geometry_conflicts": 3}
    a = used(l1=30 * MiB, cb=4 * MiB, dram=GiB, **each)
    b = used(l1=28 * MiB, cb=5 * MiB, dram=GiB, **{**each, "dispatch_age_ms": 7200001})
    for n, figures in enumerate((a, b)):
        t.chip(n, add(figures, **shape, **each), clients=[
            dict(id=5, pid=777, uid=1000, comm="python3", label="mesh", figures=figures)],
            **{**P150, "board": "p300b", "pci": f"0000:0{n + 1}:00.0", "asic_location": n,
               "kmd_node": f"tenstorrent/{n}", "unique_id": f"0x3000{n}"})


def kmd(t, pci, node, temperature, power, clock, **more):
    """Files of tt-kmd, and of the PCI core; @more: further names and values."""
    function = f"{t.root}/devices/pci0000:00/0000:00:01.0/{pci}"
    link(f"{t.root}/class/tenstorrent/tenstorrent!{node}",
         f"{function}/tenstorrent/tenstorrent!{node}")
    put(f"{function}/hwmon/hwmon{node + 3}/temp1_input", temperature)
    put(f"{function}/hwmon/hwmon{node + 3}/power1_input", power)
    put(f"{function}/tenstorrent/tenstorrent!{node}/tt_aiclk", clock)
    for name, value in more.items():
        place = "" if name.startswith("current_link") else \
            f"tenstorrent/tenstorrent!{node}/" if name.startswith("tt_") else \
            f"hwmon/hwmon{node + 3}/"
        put(f"{function}/{place}{name}", value)


def tree_kmd(t):
    """With tt-kmd beside: telemetry, and processes that hold a card and report nothing."""
    tree_n300(t)
    put(f"{t.root}/module/tenstorrent/version", "2.10.0")
    kmd(t, "0000:41:00.0", 0, 61375, 43000000, 1000, in0_input=745, in0_max=950,
        curr1_input=37000, curr1_max=150000, power1_max=85000000, temp1_max=80000,
        fan1_input=1240, tt_axiclk=900, tt_arcclk=540, tt_heartbeat=7206,
        tt_serial="0100014211702046", tt_card_type="n300", tt_fw_bundle_ver="18.3.0.0",
        tt_ttflash_ver="3.1.2.0", tt_arc_fw_ver="2.31.0.0", tt_eth_fw_ver="6.14.0",
        tt_m3bl_fw_ver="129.2.0.0", tt_m3app_fw_ver="5.12.0.0",
        current_link_speed="16.0 GT/s PCIe", current_link_width=16)
    kmd(t, "0000:61:00.0", 1, -700, 8999999, 500)
    # 4242 reports, 991 reports; 5150 does not, though it holds the card twice; of 0 one reports.
    put(f"{t.root}/proc/driver/tenstorrent/0/pids", "4242\n5150\n991\n5150\n")
    put(f"{t.root}/proc/driver/tenstorrent/1/pids", "6000\n0\n0\nx\n")
    put(f"{t.root}/proc/5150/cmdline", b"tt-topology\0-l\0\x1b[2Jmesh\0")


def tree_junk(t):
    """Cards that hang: all bits of their telemetry are set, in 32 bits and in 16."""
    tree_n300(t)
    ones = 2 ** 32 - 1
    kmd(t, "0000:41:00.0", 0, ones, ones, ones, in0_input=0xffff, curr1_input=ones,
        fan1_input=0xffff, power1_max=ones, tt_heartbeat=ones, tt_serial="F" * 16,
        tt_card_type="unknown", tt_fw_bundle_ver="255.255.255.255", tt_eth_fw_ver="255.15.4095",
        current_link_speed="Unknown", current_link_width=255)
    kmd(t, "0000:61:00.0", 1, 0xffff * 1000, 0xffff * 1000000, 0xffff)


def tree_cards(t):
    """Nobody has told anything: the two functions of a p300, and a card that hangs."""
    bare = {"l1_used": 0, "dram_used": 0}
    for n, (kind, serial) in enumerate((("p300b", "0000044131800001"), ("p300b", "0000044131800001"),
                                        ("unknown", "FFFFFFFFFFFFFFFF"))):
        pci = f"0000:0{n + 1}:00.0"
        t.chip(n, bare, arch="blackhole", pci=pci, kmd_node=f"tenstorrent/{n}")
        kmd(t, pci, n, 50000, 30000000, 1000)
        put(f"{t.root}/class/tenstorrent/tenstorrent!{n}/tt_card_type", kind)
        put(f"{t.root}/class/tenstorrent/tenstorrent!{n}/tt_serial", serial)
        put(f"{t.root}/class/tenstorrent/tenstorrent!{n}/tt_asic_id", f"0123456789ABCDE{n}")


def tree_crowd(t):
    """32 chips and 64 processes."""
    for n in range(32):
        parts = [used(l1=MiB * (n + 1), cb=n * MiB // 2, dram=GiB // 2 + n * MiB),
                 used(l1_small=32 * KiB, dram=n * 10 * MiB, trace=MiB)]
        t.chip(n, add(*parts, **geometry(WORMHOLE, 80), **layout(WORMHOLE, 80, 72), **FULLEST),
               clients=[dict(id=2 * n + i, pid=40000 + 2 * n + i, uid=1000 + n % 3,
                             comm=f"rank{2 * n + i}", figures=p) for i, p in enumerate(parts)],
               board="galaxy-wormhole", arch="wormhole", pci=f"0000:{n + 1:02x}:00.0",
               kmd_node=f"tenstorrent/{n}", unique_id=f"0x{0xdef000 + n:x}", asic_location=n % 8,
               grid="8x10", geometry_source="runtime")
        kmd(t, f"0000:{n + 1:02x}:00.0", n, 45000 + n * 300, 80000000, 1000)
        put(f"{t.root}/proc/driver/tenstorrent/{n}/pids",
            "".join(f"{40000 + 2 * n + i}\n" for i in range(2)))


def tree_n300(t):
    shape = {**geometry(WORMHOLE, 64), **layout(WORMHOLE, 64, 56)}
    a = used(l1=24 * MiB, l1_small=1792 * KiB, cb=14 * MiB, dram=4 * GiB, trace=32 * MiB)
    b = used(l1=20 * MiB, l1_small=1792 * KiB, cb=9 * MiB, dram=3 * GiB, trace=0)
    c = used(dram=64 * MiB)
    small = dict(arch="wormhole", grid="8x8", board="n300", pci="0000:41:00.0",
                 geometry_source="admin")
    both = dict(pid=4242, uid=1000, comm="tt-server", label="falcon", id=7)
    t.chip(0, add(a, c, **shape, **FULLEST), clients=[
        dict(figures=a, **both), dict(id=8, pid=991, uid=0, comm="smoke", figures=c)],
        kmd_node="tenstorrent/0", unique_id="0x14251245764", asic_location=0, **small)
    # A card that is there beside it; its number lies between the n300's two chips.
    t.chip(1, add(used(), **geometry(WORMHOLE, 72)), arch="wormhole", grid="8x9", board="n150",
           pci="0000:61:00.0", kmd_node="tenstorrent/1", unique_id="0x99", asic_location=0,
           geometry_source="admin")
    t.chip(2, add(b, **shape, **FULLEST), kind="remote", clients=[dict(figures=b, **both)],
           unique_id="0x24251245764", asic_location=1, **small)


def tree_galaxy(t):
    for n in range(32):
        clients, parts = [], [used()]
        if n % 2 == 0:
            parts = [used(l1=(n + 4) * MiB, l1_small=1 * MiB, cb=(40 - n) * MiB,
                          dram=(n % 12) * GiB // 2 + 700 * MiB, trace=n * MiB)]
            clients = [dict(id=100, pid=31000, uid=1000, comm="vllm", label="qwen2.5-72b",
                            figures=parts[0], runtime_id=n)]
        extra = {**layout(WORMHOLE, 80, 72), **FULLEST} if clients else {}
        t.chip(n, add(*parts, **geometry(WORMHOLE, 80), **extra), clients=clients,
               board="galaxy-wormhole", arch="wormhole", pci=f"0000:{n + 1:02x}:00.0",
               kmd_node=f"tenstorrent/{n}", unique_id=f"0x{0xabc000 + n:x}", asic_location=n % 8,
               grid="8x10", geometry_source="runtime")


def tree_unknown(t):
    """Nobody has said what the chip has; a client that only announced itself is there."""
    none = {k: v for k, v in used(l1=None, l1_small=None, cb=None, dram=0, trace=None).items()
            if not k.startswith("l1_f")}
    chip = {k: v for k, v in none.items() if v is not None}
    t.chip(0, {**chip, "l1_partial": 28, "dram_partial": 2, "dram_shared": 0},
           clients=[dict(id=3, pid=555, uid=1000, comm="probe", figures=none, covers=1)],
           kind="local", pci="0000:01:00.0", kmd_node="tenstorrent/0")
    t.chip(1, {"l1_used": 0, "dram_used": 0}, kind="local", pci="0000:02:00.0")


def tree_uncovered(t):
    a = used(l1=None, l1_small=None, cb=None, dram=3 * GiB, trace=None)
    chip = add(a, l1_partial=28, dram_partial=2, **geometry(BLACKHOLE, 120))
    del chip["l1_shared"]
    t.chip(0, chip, clients=[dict(id=5, pid=777, uid=1000, comm="loader", figures=a,
                                  covers=1)], **P150)


def tree_overlap(t):
    """Pools that overlap in a client and on the chip, clients that overlap, and a foreign one."""
    a = used(l1=10 * MiB, cb=8 * MiB, l1_overlap=3 * MiB, dram=GiB, trace=64 * MiB,
             dram_overlap=16 * MiB)
    b = used(l1=4 * MiB, cb=2 * MiB, dram=512 * MiB)
    c = used(l1=MiB, l1_small=64 * KiB, dram=100 * MiB)
    chip = add(a, b, c, shared_l1=2 * MiB, shared_dram=10 * MiB, l1_headroom=-4096,
               l1_clash=2, **{k: v for k, v in FULLEST.items() if k != "l1_headroom"},
               **geometry(BLACKHOLE, 120), **layout(BLACKHOLE, 120, 110))
    t.chip(0, chip, clients=[
        dict(id=1, pid=100, uid=0, comm="one", figures=a),
        dict(id=2, pid=200, uid=1000, comm="two", figures=b),
        dict(id=3, pid=0, uid=65534, comm="", figures=c)], **P150)


def tree_hostile(t):
    evil = "\x1b[31mroot\x1b]0;owned\x07\n=cmd|'/c calc'!A1\tx\x7f"
    a = used(l1=MiB, dram=2 * MiB)
    b = used(l1=2 * MiB, dram=MiB)
    c = used(cb=4 * MiB, dram=3 * MiB)
    chip = add(a, b, c, **FULLEST, **geometry(BLACKHOLE, 120))
    t.chip(0, chip, kind="virtual", clients=[
        dict(id=1, pid=1, uid=1000, comm=evil, label="\x1b[2J\x1b[H", figures=a),
        dict(id=2, pid=2, uid=1000, comm=b"\xff\xfe\x80abc\xc3\n", figures=b,
             label="\u202egnp.exe\u202c\u200bhidden\u2028next"),
        dict(id=3, pid=3, uid=1000, comm="\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57\u6f22\u5b57",
             label='"quoted", \\ <b>&amp;', figures=c)],
        arch="blackhole", board="\x1b[5mboard", grid="12x10", geometry_source="admin")


def tree_formula(t):
    """Names that a spreadsheet would run."""
    a = used(l1=MiB)
    t.chip(0, add(a, **geometry(BLACKHOLE, 120)), clients=[
        dict(id=1, pid=10, uid=1000, comm="=1+1", label="@sum", figures=a)],
        **{**P150, "board": "+board"})


def tree_approx(t):
    """One client knows only totals; another chip has lost events."""
    a = used(l1=None, l1_small=None, cb=None, dram=3 * GiB, trace=None, approx=1)
    b = used(l1=3 * MiB, dram=GiB)
    chip = add(a, b, approx=1, **FULLEST, **geometry(BLACKHOLE, 120))
    t.chip(0, chip, clients=[
        dict(id=1, pid=300, uid=1000, comm="totals", figures=a, covers=1),
        dict(id=2, pid=301, uid=1000, comm="records", figures=b)], **P150)
    c = used(l1=5 * MiB, dram=GiB, inconsistent=1, dropped=3)
    t.chip(1, add(c, inconsistent=1, dropped=3, **geometry(BLACKHOLE, 120)), clients=[
        dict(id=4, pid=302, uid=1000, comm="lossy", figures=c)],
        **{**P150, "pci": "0000:02:00.0", "kmd_node": "tenstorrent/1", "unique_id": "0x77"})


def tree_damaged(t):
    """A client whose stat is gone, one whose stat is cut, and a chip whose stat is gone."""
    chip, clients = p150_parts()
    path = t.chip(0, chip, clients=clients, **P150)
    os.remove(f"{path}/clients/12/stat")
    stat = f"{path}/clients/11/stat"
    with open(stat, "rb") as f:
        data = f.read()
    put(stat, data[:data.index(b"dram_used") + 12])
    path = t.chip(1, add(used(), **geometry(BLACKHOLE, 120)),
                  **{**P150, "pci": "0000:02:00.0", "unique_id": "0x2"})
    os.remove(f"{path}/stat")


def tree_virtual(t):
    a = used(l1=3 * MiB, cb=3 * MiB, dram=4 * MiB)
    t.chip(0, add(a, cb_loaded=6 * MiB, **FULLEST, **geometry(BLACKHOLE, 120)), kind="virtual",
           clients=[dict(id=1, pid=88, uid=0, comm="tt-memstat", label="demo.json", figures=a)],
           arch="blackhole", board="", grid="12x10", geometry_source="admin")


def tree_live(t):
    """For the live system: a process that exists, one of root, one of another namespace."""
    a, b, c = used(l1=MiB, dram=GiB), used(l1=2 * MiB), used(cb=MiB)
    t.chip(0, add(a, b, c, **geometry(BLACKHOLE, 120)), clients=[
        dict(id=1, pid=os.getppid(), uid=0, comm="test", figures=a),
        dict(id=2, pid=4194303, uid=65534, comm="gone", label="nobody's", figures=b),
        dict(id=3, pid=0, uid=65534, comm="", figures=c)], **P150)
    t.chip(1, used(), kind="virtual", arch="wormhole", board="")


def tree_many(t):
    """8 chips, 16 processes, tt-kmd beside: what a big server shows."""
    for n in range(8):
        parts = [used(l1=MiB * (n + 1), cb=MiB, dram=GiB), used(l1=MiB, dram=n * GiB)]
        t.chip(n, add(*parts, **geometry(BLACKHOLE, 120), **layout(BLACKHOLE, 120, 110)),
               clients=[dict(id=2 * n + i, pid=9000 + 2 * n + i, uid=1000 + i, comm="worker",
                             label=f"rank {n}", figures=p) for i, p in enumerate(parts)],
               **{**P150, "pci": f"0000:{n + 1:02x}:00.0", "kmd_node": f"tenstorrent/{n}",
                  "unique_id": f"0x{n + 1}"})
        kmd(t, f"0000:{n + 1:02x}:00.0", n, 55000 + n * 500, 90000000 + n * 1000000, 1350,
            temp1_max=95000)


def exited(path, number, client, pid, uid, comm, label="", **figures):
    """What is kept of a client that has left; times are nanoseconds since boot."""
    at = f"{path}/exited/{number}"
    put(f"{at}/stat", stat_text({
        "client": client, "pid": pid, "uid": uid, "start_time": 10 ** 9,
        "covers": 63, "attached": 2 * 10 ** 9, "exited": number * 100 * 10 ** 9, **figures}))
    put(f"{at}/comm", comm)
    put(f"{at}/label", label)


def tree_alert(t):
    """A chip above both levels, one above one, one that has levels; processes that have left."""
    shape = {**geometry(BLACKHOLE, 120), **layout(BLACKHOLE, 120, 110)}
    for n, alert in enumerate(({"l1_alert": 1, "dram_alert": 1}, {"dram_alert": 1},
                               {"l1_alert": 0, "dram_alert": 0})):
        figures = used(l1=150 * MiB, dram=31 * GiB)
        path = t.chip(n, add(figures, **shape, **FULLEST, **alert), clients=[
            dict(id=n + 40, pid=700 + n, uid=1000, comm="python3", figures=figures)],
            **{**P150, "pci": f"0000:0{n + 1}:00.0", "asic_location": n,
               "kmd_node": f"tenstorrent/{n}", "unique_id": f"0x4000{n}"})
        exited(path, 9, 12, 4711, 1000, "pytest", l1_peak=MiB, l1_buffers_peak=512 * KiB,
               l1_small_peak=0, cb_peak=512 * KiB, dram_peak=n * GiB, dram_buffers_peak=n * GiB,
               trace_peak=0)
        if not n:
            exited(path, 10, 13, 0, 0, "\x1b[2Jevil", label="job 7", dram_peak=4 * GiB,
                   runtime_id=3)
    put(f"{t.root}/module/tt_memstat/parameters/max_exited", 16)


def process(t, pid, parent, command, cpu=0, pages=0, environ=b"", name="python3"):
    """The files of a process; a name may have parentheses and blanks."""
    numbers = [0] * 52
    numbers[4 - 4], numbers[14 - 4], numbers[15 - 4] = parent, cpu // 2, cpu - cpu // 2
    numbers[22 - 4], numbers[24 - 4] = 4242 + pid, pages
    put(f"{t.root}/proc/{pid}/stat", f"{pid} ({name}) S " + " ".join(map(str, numbers)))
    put(f"{t.root}/proc/{pid}/cmdline", command.replace(" ", "\0").encode() + b"\0")
    put(f"{t.root}/proc/{pid}/environ", environ)


def tree_kin(t):
    """Two launchers with their ranks on a card each, a worker of a rank, one whose kin is unknown."""
    parts = [used(l1=(n + 1) * MiB, dram=(8 - n) * GiB) for n in range(5)]
    pids = [2101, 2102, 2201, 2110, 900]
    t.chip(0, add(*parts, **geometry(BLACKHOLE, 120), **layout(BLACKHOLE, 120, 110)), clients=[
        dict(id=n, pid=pid, uid=1000, comm=f"rank{n}", figures=part)
        for n, (pid, part) in enumerate(zip(pids, parts))], **P150)
    process(t, 1, 0, "init")
    process(t, 800, 1, "sshd: user")
    process(t, 2100, 800, "torchrun --nproc 2 train.py", pages=1000, name="a) S (b 7")
    process(t, 2101, 2100, "python3 train.py", pages=25600,
            environ=b"PATH=/usr/bin:/bin\0RANK=0\0EMPTY=\0EVIL=\x1b[2J\nx\0LONG=" + b"0123456789" * 30 + b"\0")
    process(t, 2102, 2100, "python3 train.py", pages=51200, environ=b"RANK=1\0")
    process(t, 2110, 2102, "loader")
    process(t, 2200, 1, "mpirun serve")
    process(t, 2201, 2200, "vllm serve")


C1, C2 = "3f4e5d6c7b8a" + "91" * 26, "c0ffee" + "0a" * 29
POD, POD_ID = "2c48913c-b29f-11e7-9350-020968147796", "9" * 64
POD_UNIT = POD.replace("-", "_")
STATIC = "d41d8cd98f00b204e9800998ecf8427e"
KUBE = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod"
USER = "/user.slice/user-1000.slice"

# The names that runtimes give to control groups, in version 2 and in systemd's own hierarchy of
# version 1.
PLACES = {
    100: f"/system.slice/docker-{C1}.scope",
    101: f"/docker/{C1}",
    102: f"{KUBE}{POD_UNIT}.slice/cri-containerd-{C1}.scope",
    103: f"/kubepods/besteffort/pod{POD}/{C1}",
    104: f"/kubepods.slice/kubepods-pod{STATIC}.slice/crio-{C1}.scope/container",
    105: f"/kubepods/burstable/pod{POD}/crio-{C1}",
    106: f"/machine.slice/libpod-{C1}.scope/container",
    107: f"{USER}/user@1000.service/user.slice/libpod-{C1}.scope/container",
    108: f"/machine.slice/machine-libpod_pod_{POD_ID}.slice/libpod-{C1}.scope",
    109: f"/system.slice/web.service/libpod-payload-{C1}",
    110: f"/system.slice/nerdctl-{C1}.scope",
    111: f"/default/{C1}",
    112: f"/system.slice/containerd.service/kubepods-burstable-pod{POD_UNIT}.slice:cri-containerd:{C1}",
    113: "/machine.slice/systemd-nspawn@build\\x2dhost.service/payload",
    114: "/machine.slice/machine-web.scope/payload/init.scope",
    115: "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope",
    116: "/lxc.payload.alpine/system.slice/cron.service",
    117: "/system.slice/slurmstepd.scope/job_123/step_0/user/task_0",
    118: "/system.slice/node7_slurmstepd.scope/job_124/step_batch/user/task_special",
    119: "/slurm/uid_1000/job_125/step_extern/task_0",
    120: "/system.slice/jupyter.service",
    121: f"{USER}/session-3.scope",
    122: f"{USER}/user@1000.service/app.slice/vllm\\x2dserve.service",
    123: "/",
    124: f"/docker/{C2}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/"
         f"kubelet-kubepods-burstable-pod{POD_UNIT}.slice/cri-containerd-{C1}.scope",
    125: f"/../cri-containerd-{C1}.scope",
    126: f"/system.slice/docker-{C1}.scope (deleted)",
    # Names that are only similar to those of containers, pods and jobs.
    127: f"/system.slice/crio-conmon-{C1}.scope",
    128: f"/system.slice/docker-{C1[:-1]}.scope",
    129: f"/system.slice/pod{POD}/job_77",
    130: f"/kubepods/pod{POD[:-1]}g",
    131: "",
}


def places(t, cgroup):
    """A process in each kind of group, and one of which nothing is to be had."""
    parts = [dict(id=pid, pid=pid, uid=1000, comm="python3", figures=used(l1=MiB))
             for pid in [*PLACES, 132]]
    t.chip(0, add(*(p["figures"] for p in parts), **geometry(BLACKHOLE, 120)), clients=parts,
           **P150)
    for pid, path in PLACES.items():
        put(f"{t.root}/proc/{pid}/cgroup", cgroup(path))


def tree_places2(t):
    places(t, lambda path: f"0::{path}")


def tree_places1(t):
    """Controllers of runtimes that manage groups themselves, beside systemd's hierarchy."""
    places(t, lambda path: f"12:pids:{path}\n11:cpuset:/\n2:cpu,cpuacct:{path}\n"
                           f"1:name=systemd:{path}\n0::/")


TREES = {name[5:]: fn for name, fn in sorted(globals().items()) if name.startswith("tree_")}


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for name in sys.argv[2:] or TREES:
        tree = Tree(os.path.join(sys.argv[1], name))
        TREES[name](tree)
        tree.close()


main()
