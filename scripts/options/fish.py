# SPDX-License-Identifier: GPL-2.0-only
"""A completion for fish."""

KINDS = {
    "@chip": "(__CMD_chips)",
    "@pid": "(__fish_complete_pids)",
    "@user": "(__fish_complete_users)",
    "@chip-field": "(__CMD_fields C.)",
    "@process-field": "(__CMD_fields .P)",
    "@dir": "(__fish_complete_directories)",
}

HELPERS = {
    "__CMD_chips": """
function __CMD_chips
	for chip in /sys/class/tt_memstat/tt*
		basename $chip
	end
end
""",
    "__CMD_fields": """
function __CMD_fields
	set -l program (commandline -opc)[1]
	$program --help-query 2>/dev/null | sed -n "s/^  $argv[1]  \\([^ ]*\\).*/\\1/p"
end
""",
}

TEMPLATE = """# SPDX-License-Identifier: GPL-2.0-only
# Completion of PROGRAM for fish. Made by scripts/options.
HELPERS
BODY
"""


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def candidates(option):
    values = option.values
    if not values or values[0] in ("@none", "@file"):
        return None
    offered = KINDS.get(values[0], " ".join(values))
    if option.is_list and offered.startswith("(") and values[0] != "@user":
        offered = f"(__fish_append , {offered})"
    return quoted(offered)


def option_lines(name, option, condition):
    letters = "".join(f" -s {letter}" for letter in option.letters)
    line = f"complete -c {name}{condition}{letters} -l {option.long}"
    offered = candidates(option)
    mode = None if option.more else option.mode
    files = option.values[:1] == ["@file"]
    if mode == "required":
        line += " -r -F" if files else " -x"
    elif mode and files:
        line += " -F"
    if mode and offered:
        line += f" -a {offered}"
    phrase = option.phrase()
    out = [f"{line} -d {quoted(phrase[0].upper() + phrase[1:])}"]
    # fish has no option whose value may be left out or be the next word.
    if mode == "next" and offered:
        names = " ".join([*(f"-{letter}" for letter in option.letters), "--" + option.long])
        test = f"contains -- (commandline -opc)[-1] {names}"
        out.append(f"complete -c {name} -n {quoted(test)} -a {offered}")
    return out


def command_lines(name, command):
    test = f" -n '__fish_seen_subcommand_from {command.name}'"
    out = []
    if command.operands == "@command":
        valued = " ".join(option for o in command.options if o.mode == "required"
                          for option in [*(f"-{letter}" for letter in o.letters), "--" + o.long])
        # fish takes long options for its own, up to the first word that is none.
        out.append(f"complete -c {name}{test} -x "
                   f"-a '(__fish_complete_subcommand --fcs-skip=2 - {valued})'")
    elif command.operands != "@file":
        out.append(f"complete -c {name}{test} -f")
    if command.operands in KINDS:
        out.append(f"complete -c {name}{test} -a {quoted(KINDS[command.operands])}")
    for option in command.options:
        out += option_lines(name, option, test)
    return out


def body(program):
    name, top = program.names[0], program.commands[0]
    if len(program.commands) == 1:
        out = [f"complete -c {name} -f"]
        for option in top.options:
            out += option_lines(name, option, "")
    else:
        out = [f"complete -c {name} -n __fish_use_subcommand -f"]
        for option in top.options:
            out += option_lines(name, option, " -n __fish_use_subcommand")
        for command in program.commands[1:]:
            out.append(f"complete -c {name} -n __fish_use_subcommand -a {command.name} "
                       f"-d {quoted(command.summary[0].upper() + command.summary[1:])}")
            out += command_lines(name, command)
    return out + [f"complete -c {other} -w {name}" for other in program.names[1:]]


def render(program):
    lines = "\n".join(body(program))
    helpers = [text for name, text in HELPERS.items() if name in lines]
    text = TEMPLATE.replace("HELPERS", "".join(helpers)).replace("BODY", lines)
    return text.replace("PROGRAM", program.name).replace("CMD", program.name.replace("-", "_"))
