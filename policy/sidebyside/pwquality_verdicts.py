# SPDX-License-Identifier: Apache-2.0
"""Judges each line of a file (password, user name, current one, in hex) by one
setting of libpwquality after the other.

The library stops at the first thing that is wrong and can't be told to leave
out some of its checks, so a line may be refused for something else before the
setting in question is looked at: that verdict is unknown, written with "?".
"""

import sys

import pwquality

# Error codes, from pwquality.h.
SETTINGS = {
    "min_length": ("minlen=12", {-14}),
    "min_uppercase": ("ucredit=-1", {-11}),
    "min_lowercase": ("lcredit=-1", {-12}),
    "min_digits": ("dcredit=-1", {-10}),
    "min_specials": ("ocredit=-1", {-13}),
    "min_classes": ("minclass=3", {-18}),
    "max_repeat": ("maxrepeat=2", {-19}),
    "max_class_run": ("maxclassrepeat=4", {-27}),
    "sequence": ("maxsequence=3", {-29}),
    "palindrome": ("difok=0", {-15}),
    "username": ("usercheck=1", {-25}),
    "not_current": ("difok=1", {-21, -16}),
    "min_distance": ("difok=4", {-9}),
}
OFF = ["minlen=6", "ucredit=0", "lcredit=0", "dcredit=0", "ocredit=0", "minclass=0", "maxrepeat=0",
       "maxclassrepeat=0", "maxsequence=0", "usercheck=0", "gecoscheck=0", "dictcheck=0", "difok=0"]
CURRENT = {"not_current", "min_distance"}


def settings(option):
    found = pwquality.PWQSettings()
    for line in OFF + [option]:
        found.set_option(line)
    return found


def verdict(setting, codes, password, current, user):
    try:
        setting.check(password, current, user)
    except pwquality.PWQError as error:
        return "broken" if error.args[0] in codes else "unknown"
    return "kept"


def main():
    ready = {name: (settings(option), codes) for name, (option, codes) in SETTINGS.items()}
    print(",".join(ready))
    with open(sys.argv[1], encoding="ascii") as lines:
        for line in lines:
            password, user, current = (bytes.fromhex(field).decode() for field in line.rstrip("\n").split("\t"))
            found = []
            for name, (setting, codes) in ready.items():
                said = verdict(setting, codes, password, current if name in CURRENT else None, user)
                if said != "kept":
                    found.append(name + ("?" if said == "unknown" else ""))
            print(",".join(found))


main()
