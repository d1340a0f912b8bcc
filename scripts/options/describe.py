# SPDX-License-Identifier: GPL-2.0-only
"""Descriptions of command lines: files NAME.options.

A line at the margin is `key: value`, or the head of an option. Indented lines below it are its text.
Empty lines separate paragraphs; lines that begin with # are comments.

    program: tt-smi                name in messages and pages
    prefix: smi                    of names in C
    names: tt-smi tt-memstat-smi   commands to complete; default: the program's name
    command: import                starts a subcommand; the lines below belong to it
    summary: ...                   of a subcommand, in one line
    usage: [OPTION]... FILE        repeated for each form
    operands: @file                kind of arguments, for completion
    about:                         a text that --help and the page begin with
    notes:                         a text that --help ends with
    exit: 9                        an exit status; its text is its meaning
    group: Screen                  a heading of options
    like: explain --arch --grid    options of another subcommand, or of another file NAME.options
    -i, --chip=CHIP[,...]          an option; several heads in a row share one text
    	values: @chip              candidates for completion
    	choice: l1 dram            likewise, and no other value is valid
    	The first paragraph is a phrase for --help, completions and the page.

    	The others are for the page alone.

An argument is `=ARG`, `[=ARG]`, or ` [ARG]` where the next word may be it. `[,` in it says that the
value is a list. -word is another way to write the long option beside it. In texts, `x` is literal.
Every subcommand has -h, --help; it is not listed.
"""
import copy
import os
import re

KINDS = {"@chip", "@pid", "@user", "@file", "@dir", "@command", "@none", "@chip-field", "@process-field"}
HEAD = re.compile(r"(--?[\w.-]+)(?:\[=(?P<optional>.+)\]|=(?P<required>.+)| \[(?P<next>.+)\](?P<more>\.\.\.)?)?$")


class Mistake(Exception):
    """The description is wrong."""


class Option:
    """An option; it may share the text of another one."""

    def __init__(self, head):
        *names, last = head.split(", ")
        match = HEAD.match(last)
        if not match or not all(re.fullmatch(r"--?[\w.-]+", name) for name in names):
            raise Mistake(f"not the head of an option: {head}")
        names.append(match[1])
        self.long = next((name[2:] for name in names if name.startswith("--")), None)
        self.letters = [name[1] for name in names if re.fullmatch(r"-\w", name)]
        self.aliases = [name for name in names if re.fullmatch(r"-\w[\w.-]+", name)]
        if not self.long or len(self.letters) + len(self.aliases) + 1 != len(names):
            raise Mistake(f"one long option is needed: {head}")
        self.names = names
        self.mode, self.argument = next(
            ((mode, match[mode]) for mode in ("optional", "required", "next") if match[mode]),
            (None, None))
        self.more = match["more"] or ""
        self.is_list = bool(self.argument) and "[," in self.argument
        self.group = None
        self.values, self.is_choice = [], False
        self.help, self.paragraphs = None, []
        self.shares = None          # the option whose text this is, too
        self.like = None            # the command that describes it

    def suffix(self):
        """The argument as written after the names."""
        form = {None: "{}", "required": "={}", "optional": "[={}]", "next": " [{}]{}"}[self.mode]
        return form.format(self.argument or "", self.more)

    def text(self):
        return self.shares or self

    def phrase(self):
        """The first clause of the help, for completions."""
        return re.split(r"[;:(]|\.(?=\s|$)", self.text().help.replace("`", ""))[0].strip().rstrip(",")


class Command:
    """A subcommand, or the whole program if it has none."""

    def __init__(self, name):
        self.name = name
        self.summary = ""
        self.usage, self.about, self.notes, self.exits = [], [], [], []
        self.operands = "@none"
        self.options = []

    def called(self, program):
        return f"{program.name} {self.name}".rstrip()


class Program:
    def __init__(self):
        self.name = self.prefix = None
        self.names = []
        self.commands = [Command("")]

    def command(self, name):
        for command in self.commands:
            if command.name == name:
                return command
        raise Mistake(f"no command {name}")

    def options(self):
        """One for each long name; subcommands that share an option must agree on it."""
        seen = {}
        for command in self.commands:
            for option in command.options:
                first = seen.setdefault(option.long, option)
                if (first.names, first.mode, first.values) != (option.names, option.mode, option.values):
                    raise Mistake(f"--{option.long} is not the same in all commands")
        return list(seen.values())


def paragraphs(lines):
    """Texts of indented lines, separated by empty ones."""
    found = [""]
    for line in lines:
        if line:
            found[-1] = f"{found[-1]} {line}".strip()
        elif found[-1]:
            found.append("")
    return [text for text in found if text]


def blocks(path):
    """List of (line number, line at the margin, indented lines below it)."""
    found = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip()
            if line.startswith("#"):
                continue
            if line and not line[0].isspace():
                found.append((number, line, []))
            elif found:
                found[-1][2].append(line.strip())
            elif line:
                raise Mistake(f"{path}:{number}: nothing stands above this text")
    return found


def describe(option, lines):
    """Set the text of an option."""
    while lines and (attribute := re.match(r"(values|choice): (.+)", lines[0])):
        option.values, option.is_choice = attribute[2].split(), attribute[1] == "choice"
        if any(value.startswith("@") and value not in KINDS for value in option.values):
            raise Mistake(f"--{option.long}: no kind of values: {attribute[2]}")
        del lines[0]
    texts = paragraphs(lines)
    if texts:
        option.help, option.paragraphs = texts[0], texts[1:]
    elif lines:
        raise Mistake(f"--{option.long} is not described")


def share(command):
    """Let options without a text share that of the next one."""
    owner = None
    for option in reversed(command.options):
        if option.help:
            owner = option
        elif not owner:
            raise Mistake(f"--{option.long} is not described")
        else:
            option.shares = owner
            option.group = owner.group


def take_like(program, command, path, words):
    name, *longs = words
    if name.endswith(".options"):
        other = load(os.path.join(os.path.dirname(path), name))
        source, called = other.commands[0], other.name
    else:
        source, called = program.command(name), name
    for long in longs:
        found = [option for option in source.options if "--" + option.long == long]
        if not found:
            raise Mistake(f"{called} has no option {long}")
        option = copy.copy(found[0])
        option.help, option.shares = option.text().help, None
        option.like, option.group = called, None
        command.options.append(option)


def help_option():
    option = Option("-h, --help")
    option.help = "show this help and exit"
    return option


def load(path):
    program = Program()
    command, group = program.commands[0], None
    for number, line, lines in blocks(path):
        try:
            if line.startswith("-"):
                option = Option(line)
                option.group = group
                describe(option, lines)
                command.options.append(option)
                continue
            key, _, value = line.partition(":")
            value = value.strip()
            if key == "command":
                command, group = Command(value), None
                program.commands.append(command)
            elif key == "group":
                group = value
            elif key == "like":
                take_like(program, command, path, value.split())
            elif key == "usage":
                command.usage.append(value)
            elif key == "names":
                program.names = value.split()
            elif key == "exit":
                command.exits.append((value, paragraphs(lines)))
            elif key in ("about", "notes"):
                getattr(command, key).extend(paragraphs(lines))
            elif key in ("program", "prefix"):
                setattr(program, "name" if key == "program" else key, value)
            elif key in ("summary", "operands"):
                setattr(command, key, value)
            else:
                raise Mistake(f"no key: {key}")
        except Mistake as mistake:
            raise Mistake(f"{path}:{number}: {mistake}") from None
    for command in program.commands:
        if command.name:
            command.options.append(help_option())
        share(command)
    if not program.name or not program.prefix:
        raise Mistake(f"{path}: program and prefix are needed")
    program.names = program.names or [program.name]
    return program
