# SPDX-License-Identifier: GPL-2.0-only
"""Compares with the installed tt-smi of Tenstorrent: theirs.py snapshot|strings|boards|options

  snapshot  checks the snapshot on stdin against its classes and lists of keys
  strings   checks the snapshot of the tree kmd against the strings that theirs formats from its words
  boards    prints a serial number for each board that it knows, and its name
  options   prints its options

Prints the differences.
"""
import argparse
import json
import sys

from tt_smi import constants, log, tt_smi
from tt_smi.backend import TTSMIBackend
from tt_smi.utils import get_board_type

# The values of the first card of the tree kmd in the units of the firmware.
WORDS = {"VCORE": 745, "TDC": 37, "TDP": 43, "AICLK": 1000, "FAN_RPM": 1240, "TIMER_HEARTBEAT": 7206,
         "ARC3_HEALTH": 0, "FAN_SPEED": 0}
DEGREES = 61.375


def snapshot():
    doc = json.load(sys.stdin)
    parsed = log.TTSMILog.parse_obj(doc)
    if len(parsed.device_info) != len(doc["device_info"]) or not parsed.time:
        print("it was not read whole")
    for device in doc["device_info"]:
        for part, keys in (("board_info", constants.DEV_INFO_LIST),
                           ("telemetry", constants.TELEM_LIST), ("limits", constants.LIMITS),
                           ("firmwares", constants.FW_LIST_SNAPSHOT)):
            if set(keys) != set(device[part]):
                print(part, "differs by", set(keys) ^ set(device[part]))


class Card:
    @staticmethod
    def is_remote():
        return False


def strings():
    ours = json.load(sys.stdin)["device_info"][0]["telemetry"]
    backend = TTSMIBackend.__new__(TTSMIBackend)
    backend.devices = {0: Card()}
    for make, scale, keys in (
            (backend.get_wh_chip_telemetry, 16,
             ("voltage", "current", "power", "board_power", "aiclk", "asic_temperature")),
            (backend.get_bh_chip_telemetry, 65536, tuple(constants.TELEM_LIST))):
        words = {**WORDS, "ASIC_TEMPERATURE": int(DEGREES * scale)}
        backend.smbus_telem_info = [{key: hex(value) for key, value in words.items()}]
        theirs = make(0)
        for key in keys:
            if ours[key] != theirs[key]:
                print(f"{key}: {ours[key]!r}, theirs is {theirs[key]!r}")


def boards():
    for part in range(1 << 12):
        serial = f"{part << 36:016x}"
        name = get_board_type(serial)
        # e75, e150 and e300 are Grayskulls, which tt_memstat does not support.
        if name != "N/A" and not name.startswith("e"):
            print(serial, name)


class Told(Exception):
    pass


def options():
    def tell(parser):
        raise Told(parser)
    argparse.ArgumentParser.parse_args = tell
    try:
        tt_smi.parse_args()
    except Told as told:
        for action in told.args[0]._actions:
            print(*action.option_strings)


{"snapshot": snapshot, "strings": strings, "boards": boards, "options": options}[sys.argv[1]]()
