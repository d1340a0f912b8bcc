# SPDX-License-Identifier: GPL-2.0-only
"""A completion for bash."""

# The command that offers the values of each kind.
KINDS = {
    "@chip": '_CMD_words "$(_CMD_chips)"',
    "@pid": '_CMD_words "$(cat /sys/class/tt_memstat/tt*/clients/*/pid 2>/dev/null)"',
    "@user": '_CMD_words "$(compgen -u)"',
    "@chip-field": '_CMD_words "$(_CMD_fields C.)"',
    "@process-field": '_CMD_words "$(_CMD_fields .P)"',
    "@file": "_CMD_files -f",
    "@dir": "_CMD_files -d",
    "@none": ":",
}

HELPERS = {
    "_CMD_words": """
# Offers the words $1; in a list, for the part behind the last comma.
_CMD_words()
{
	local done=''
	[[ $cur == *,* ]] && done=${cur%,*},
	mapfile -t COMPREPLY < <(compgen -P "$done" -W "$1" -- "${cur##*,}")
	[[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace
	return 0
}
""",
    "_CMD_chips": """
_CMD_chips()
{
	local chip
	for chip in /sys/class/tt_memstat/tt*; do
		[ -e "$chip" ] && printf '%s\\n' "${chip##*/}"
	done
}
""",
    "_CMD_fields": """
# Prints the fields that --help-query marks by $1.
_CMD_fields()
{
	"${COMP_WORDS[0]}" --help-query 2>/dev/null | sed -n "s/^  $1  \\([^ ]*\\).*/\\1/p"
}
""",
    "_CMD_files": """
_CMD_files()
{
	compopt -o filenames
	mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}
""",
    "_CMD_delegate": """
# Completes a command that follows the options by that command's own completion.
_CMD_delegate()
{
	local at=2 word
	while word=${COMP_WORDS[at]-} && [[ $at -lt $COMP_CWORD && $word == -* ]]; do
		if [ "$word" = -- ]; then
			at=$((at + 1))
			break
		elif [ "${COMP_WORDS[at + 1]-}" = = ]; then
			at=$((at + 3))
		elif [[ " VALUED " == *" $word "* ]]; then
			at=$((at + 2))
		else
			at=$((at + 1))
		fi
	done
	[ "$at" -le "$COMP_CWORD" ] || return 1
	[[ $at -lt $COMP_CWORD || $cur != -* ]] || return 1
	if declare -F _command_offset >/dev/null; then
		_command_offset "$at"
	else
		mapfile -t COMPREPLY < <(compgen -c -- "$cur"; compgen -f -- "$cur")
	fi
}
""",
}

TEMPLATE = """# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Completion of PROGRAM for bash. Made by scripts/options.
HELPERS
_CMD()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]-} equals=''
	# bash takes '=' for a word of its own.
	if [ "$cur" = = ]; then
		cur='' equals='='
	elif [ "$prev" = = ]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]} equals='='
	fi
	COMPREPLY=()
BODY
}

complete -F _CMD NAMES
"""


def words_of(command):
    """All options as they are typed: with a `=` where a value must follow."""
    long = [f"--{o.long}" + ("=" if o.mode == "required" else "") for o in command.options]
    return " ".join(long + [f"-{letter}" for o in command.options for letter in o.letters])


def action(values):
    return KINDS[values[0]] if values and values[0] in KINDS else f'_CMD_words "{" ".join(values)}"'


def patterns(option):
    """What precedes a value; optional ones stand behind a `=` alone."""
    short = [f"-{letter}" for letter in option.letters]
    long = "--" + option.long
    return [long + "="] if option.mode == "optional" else [*short, long, long + "="]


def values_case(program):
    """The options that have values, those with the same ones together."""
    arms = {}
    for option in program.options():
        if option.mode and not option.more:
            key = (action(option.values or ["@none"]), option.mode == "next")
            arms.setdefault(key, []).extend(patterns(option))
    out = ["\tcase $prev$equals in"]
    for (offer, may_be_next), names in arms.items():
        out.append("\t" + "|".join(names) + ")")
        if may_be_next:
            out.append(f"\t\t[[ $cur == -* ]] || {{ {offer}; return 0; }} ;;")
        else:
            out.append(f"\t\t{offer}; return 0 ;;")
    return out + ["\tesac"]


def command_lines(command, indent):
    if command.operands in ("@command", "@none"):
        return [f'{indent}_CMD_words "{words_of(command)}"']
    return [f"{indent}if [[ $cur == -* ]]; then",
            f'{indent}\t_CMD_words "{words_of(command)}"',
            f"{indent}else", f"{indent}\t{action([command.operands])}", f"{indent}fi"]


def body(program):
    out = []
    delegating = [c.name for c in program.commands if c.operands == "@command"]
    if delegating:
        out += [f"\tcase $COMP_CWORD:${{COMP_WORDS[1]-}} in", "\t1:*) ;;",
                "\t" + "|".join("*:" + name for name in delegating) + ") _CMD_delegate && return 0 ;;",
                "\tesac"]
    out += values_case(program)
    if len(program.commands) == 1:
        return out + command_lines(program.commands[0], "\t")
    names = " ".join(c.name for c in program.commands[1:])
    out += ['\tif [ "$COMP_CWORD" -eq 1 ]; then',
            f'\t\t_CMD_words "{names} {words_of(program.commands[0])}"', "\t\treturn 0", "\tfi",
            "\tcase ${COMP_WORDS[1]} in"]
    for command in program.commands[1:]:
        out += [f"\t{command.name})", *command_lines(command, "\t\t"), "\t\t;;"]
    return out + ["\tesac", "\treturn 0"]


def render(program):
    lines = "\n".join(body(program))
    helpers = [text for name, text in HELPERS.items() if name in lines]
    valued = [name for o in program.options() if o.mode == "required"
              for name in [*(f"-{letter}" for letter in o.letters), "--" + o.long]]
    text = TEMPLATE.replace("HELPERS", "".join(helpers)).replace("BODY", lines)
    return text.replace("VALUED", " ".join(valued)).replace("PROGRAM", program.name) \
        .replace("NAMES", " ".join(program.names)).replace("_CMD", "_" + program.name.replace("-", "_"))
