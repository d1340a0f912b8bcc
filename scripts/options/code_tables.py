# SPDX-License-Identifier: GPL-2.0-only
"""The generated C code: the tables of the parser, and the text of --help."""
import re
import textwrap

COLUMN = 26
WIDTH = 80


def plain(text):
    return text.replace("`", "")


def wrapped(text, first="", rest=""):
    return textwrap.wrap(plain(text), WIDTH, initial_indent=first, subsequent_indent=rest,
                         break_long_words=False, break_on_hyphens=False)


def help_option(option):
    """Lines of --help."""
    first = "  " + ", ".join(option.names) if option.letters else "      " + ", ".join(option.names)
    if option.aliases and not option.letters:
        first = "      " + ", ".join(option.names)
    first += option.suffix()
    if not option.help:
        return [first]
    indent = " " * COLUMN
    if len(first) > COLUMN - 2:
        return [first] + wrapped(option.help, indent, indent)
    return wrapped(option.help, first.ljust(COLUMN), indent)


def help_text(program, command):
    out = []
    for usage in command.usage:
        lead = "Usage: " if not out else "       "
        out += wrapped(f"{command.called(program)} {usage}", lead, " " * 15)
    for text in command.about:
        out += ["", *wrapped(text)]
    if not command.name and len(program.commands) > 1:
        out += [""] + [f"  {c.name:16}{c.summary}" for c in program.commands[1:]]
    group = ""
    for option in command.options:
        if option.group != group:
            group = option.group
            out += [""] + ([group + ":"] if group else [])
        out += help_option(option)
    if command.exits:
        statuses = "; ".join(f"{status} {texts[0]}" for status, texts in command.exits)
        out += ["", *wrapped(f"Exit status: {statuses}.")]
    for text in command.notes:
        out += ["", *wrapped(text)]
    return "\n".join(out) + "\n"


def constant(prefix, long):
    return f"{prefix}_OPT_{re.sub(r'[^a-z0-9]', '_', long)}".upper()


def quoted(text, indent="\t"):
    """A C string, a line for each line."""
    lines = text.splitlines(keepends=True) or [""]
    escaped = [line.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for line in lines]
    return "\n".join(f'{indent}"{line}"' for line in escaped)


def one_of(words):
    return ", ".join(words[:-1]) + " or " + words[-1] if len(words) > 1 else words[0]


def header(program):
    p = program.prefix
    out = [
        f"/* Made by scripts/options of {program.name}.options. */",
        f"#ifndef {p.upper()}_OPTIONS_MADE_H", f"#define {p.upper()}_OPTIONS_MADE_H", "",
        "#include <getopt.h>", "#include <stddef.h>", "",
        f"enum {p}_option {{",
        *(f"\t{constant(p, o.long)}{' = 256' if not n else ''}," for n, o in enumerate(program.options())),
        "};", "",
        f"struct {p}_command {{", "\tconst char *name;", "\tconst char *help;", "\tconst char *letters;",
        "\tconst struct option *words;", "};", "",
        "/* The program itself, then its subcommands; NULL as a name ends them. */",
        f"extern const struct {p}_command {p}_commands[];", "",
        "/* The long option that a word such as -ls stands for, else @word; if there are such words. */",
        f"const char *{p}_option_unaliased(const char *word);", "",
        f"/* The next option as an enum {p}_option, '?' for none that is valid, -1 at the end. */",
        f"int {p}_option_next(const struct {p}_command *command, int argc, char **argv);", "",
        "/* Values that an option takes, for messages. */",
    ]
    for option in program.options():
        if option.is_choice:
            out.append(f"#define {constant(p, option.long).replace('_OPT_', '_VALUES_')} "
                       f"\"{one_of(option.values)}\"")
    return "\n".join(out + ["", "#endif", ""])


def tables(program, n, command):
    needs = {None: "no_argument", "required": "required_argument", "optional": "optional_argument",
             "next": "optional_argument"}
    colons = {None: "", "required": ":", "optional": "::", "next": "::"}
    # Options after the first operand belong to another program, or are errors.
    letters = "+" + "".join(letter + colons[o.mode] for o in command.options for letter in o.letters) \
        if command.operands in ("@command", "@none") else \
        "".join(letter + colons[o.mode] for o in command.options for letter in o.letters)
    out = [f"static const struct option words{n}[] = {{"]
    for option in command.options:
        out.append(f"\t{{ \"{option.long}\", {needs[option.mode]}, NULL, "
                   f"{constant(program.prefix, option.long)} }},")
    out += ["\t{ NULL, 0, NULL, 0 },", "};", "", f"static const char help{n}[] =",
            quoted(help_text(program, command)) + ";", ""]
    entry = f"\t{{ \"{command.name}\", help{n}, \"{letters}\", words{n} }},"
    return out, entry


def source(program):
    p = program.prefix
    out = [f"/* Made by scripts/options of {program.name}.options. */",
           f"#include \"{program.name}.options.h\"", "", "#include <string.h>", ""]
    entries = []
    for n, command in enumerate(program.commands):
        lines, entry = tables(program, n, command)
        out += lines
        entries.append(entry)
    out += [f"const struct {p}_command {p}_commands[] = {{", *entries, "\t{ NULL, NULL, NULL, NULL },",
            "};", ""]
    aliases = [f"\tif (strcmp(word, \"{alias}\") == 0)\n\t\treturn \"--{option.long}\";"
               for option in program.options() for alias in option.aliases]
    if aliases:
        out += [f"const char *{p}_option_unaliased(const char *word)", "{", *aliases, "\treturn word;",
                "}", ""]
    out += [f"int {p}_option_next(const struct {p}_command *command, int argc, char **argv)", "{",
            "\tint option = getopt_long(argc, argv, command->letters, command->words, NULL);", "",
            "\tswitch (option) {"]
    out += [f"\tcase '{letter}':\n\t\treturn {constant(p, option.long)};"
            for option in program.options() for letter in option.letters]
    return "\n".join(out + ["\tdefault:", "\t\treturn option;", "\t}", "}", ""])
