# SPDX-License-Identifier: GPL-2.0-only
"""A completion for zsh."""
import re

KINDS = {
    "@chip": "_CMD_chips",
    "@pid": "_pids",
    "@user": "_users",
    "@chip-field": "_CMD_chip_fields",
    "@process-field": "_CMD_process_fields",
    "@file": "_files",
    "@dir": "_directories",
    "@none": "",
}

HELPERS = {
    "_CMD_chips": """
_CMD_chips() {
	local -a chips
	chips=(/sys/class/tt_memstat/tt*(N:t))
	_values -s , chip $chips
}
""",
    "_CMD_chip_fields": """
_CMD_chip_fields() { _values -s , field $(_call_program fields $service --help-query | sed -n 's/^  C.  \\([^ ]*\\).*/\\1/p') }
""",
    "_CMD_process_fields": """
_CMD_process_fields() { _values -s , field $(_call_program fields $service --help-query | sed -n 's/^  .P  \\([^ ]*\\).*/\\1/p') }
""",
}

TEMPLATE = """#compdef NAMES
# SPDX-License-Identifier: GPL-2.0-only
# Completion of PROGRAM for zsh. Made by scripts/options.
HELPERS
BODY
"""


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


def escaped(text):
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")


def value_action(values):
    if not values:
        return ""
    return KINDS[values[0]] if values[0] in KINDS else "(" + " ".join(values) + ")"


def spec(option):
    """The words of _arguments for one option."""
    name = re.search(r"[A-Za-z]+", option.argument or "value")[0].lower()
    value = f":{name}:{value_action(option.values)}"
    long, letter, tail = {
        None: ("", "", ""),
        "required": ("=", "", value),
        "optional": ("=-", "", ":" + value),
        "next": ("=", "+", ":" + value),
    }[None if option.more else option.mode]
    names = [f"-{x}{letter}" for x in option.letters] + [f"--{option.long}{long}"]
    again = "*" if option.is_list or "repeat" in option.text().help else ""
    text = quoted(f"[{escaped(option.phrase())}]{tail}")
    if len(names) == 1:
        return quoted(again + names[0])[:-1] + text[1:]
    others = " ".join([f"-{x}" for x in option.letters] + [f"--{option.long}"])
    lead = quoted("*") if again else quoted(f"({others})")
    return lead + "{" + ",".join(names) + "}" + text


def arguments(command, indent):
    lines = [f"{indent}\t{spec(option)}" for option in command.options]
    if command.operands == "@command":
        lines.append(f"{indent}\t'(-)1:command: _command_names -e' '*::argument:_normal'")
    elif command.operands != "@none":
        lines.append(f"{indent}\t'*:argument:{value_action([command.operands])}'")
    return [f"{indent}_arguments -s -S \\", " \\\n".join(lines)]


def body(program):
    if len(program.commands) == 1:
        return arguments(program.commands[0], "")
    described = [quoted(f"{c.name}:{escaped(c.summary)}") for c in program.commands[1:]]
    out = ["local -a commands", "local context state state_descr line", "typeset -A opt_args",
           "commands=(", *("\t" + text for text in described), ")",
           "_arguments -C \\",
           *(f"\t{spec(option)} \\" for option in program.commands[0].options),
           "\t'1:command:->command' \\", "\t'*::argument:->argument'",
           "case $state in", "command) _describe command commands ;;", "argument)",
           "\tcase $words[1] in"]
    for command in program.commands[1:]:
        out.append(f"\t{command.name})")
        if command.operands == "@command":
            # _arguments takes a -- in the first place for the command.
            out += ["\t\tif [[ $words[2] == -- ]] && (( CURRENT > 2 )); then",
                    "\t\t\tshift 2 words", "\t\t\t(( CURRENT -= 2 ))", "\t\t\t_normal",
                    "\t\t\treturn", "\t\tfi"]
        out += [*arguments(command, "\t\t"), "\t\t;;"]
    return out + ["\tesac ;;", "esac"]


def render(program):
    lines = "\n".join(body(program))
    helpers = [text for name, text in HELPERS.items() if name in lines]
    text = TEMPLATE.replace("HELPERS", "".join(helpers)).replace("BODY", lines)
    return text.replace("PROGRAM", program.name).replace("NAMES", " ".join(program.names)) \
        .replace("_CMD", "_" + program.name.replace("-", "_"))
