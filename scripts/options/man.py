# SPDX-License-Identifier: GPL-2.0-only
"""Fills the template of a manual page.

Replaces the lines @synopsis@, @about@, @options@ and @exit@ of the template. The last three are followed
by the name of a subcommand if the program has subcommands (@options import@).
"""
import re

from describe import Mistake


def escape(text):
    return text.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti").replace("^", "\\(ha")


def literal(match):
    """Files and placeholders in italics, everything else in bold."""
    text = match[1]
    font = "I" if re.match(r"[/~]|[A-Z][A-Z:-]*$", text) else "B"
    return f"\\f{font}{text}\\fR"


def marked(text, option=None):
    text = re.sub(r"`([^`]+)`", literal, escape(text))
    for name in re.findall(r"[A-Z]+\b", (option.argument or "") if option else ""):
        text = re.sub(rf"(?<![\w\\-]){name}(?![\w=:])", rf"\\fI{name}\\fR", text)
    text = re.sub(r"(?<![\w\\])([a-z][\w.]*(?:\\-[\w.]+)*)\((\d)\)", r"\\fB\1\\fR(\2)", text)
    return re.sub(r"^([.'])", r"\\&\1", text)


def sentence(text):
    text = text[0].upper() + text[1:] if re.match(r"[a-z]+\b(?!=)", text) else text
    return text if text.endswith(".") else text + "."


def head(option):
    def font(match):
        return f"\\f{'I' if match[0].isupper() else 'B'}{match[0]}\\fR"

    names = ", ".join(f"\\fB{escape(name)}\\fR" for name in option.names)
    return names + re.sub(r"[A-Z]+|[a-z0-9]+", font, escape(option.suffix()))


def render_options(command):
    out, group = [], None
    options = [option for option in command.options if option.long != "help" or not command.name]
    for at, option in enumerate(options):
        if option.group != group:
            group = option.group
            out.append(f".SS {escape(group)}")
        before = options[at - 1] if at else None
        shared = before and (before.shares and before.text() is option.text() or
                             option.like and option.like == before.like)
        out += [".TQ" if shared else ".TP", head(option)]
        if option.like:
            if at + 1 == len(options) or options[at + 1].like != option.like:
                out.append(marked(f"As of `{option.like}`."))
        elif option.help:
            out.append(marked(sentence(option.help), option))
            for text in option.paragraphs:
                out += [".IP", marked(text, option)]
    return out


def render_synopsis(program):
    out = []
    for command in program.commands:
        for usage in command.usage if command.name or len(program.commands) == 1 else []:
            usage = re.sub(r"(?<![\w\\])((?:\\-)+[\w\\-]+)", r"\\fB\1\\fR", escape(usage))
            usage = re.sub(r"\b[A-Z]{2,}\b", r"\\fI\g<0>\\fR", usage)
            out += [".P", f"\\fB{escape(command.called(program))}\\fR {usage}"]
    return out[1:]


def render_exits(command):
    out = []
    for status, texts in command.exits:
        out += [".TP", f"\\fB{status}\\fR", marked(sentence(texts[0]))]
        for text in texts[1:]:
            out += [".IP", marked(text)]
    return out


def render(program, template):
    out = []
    left = {command.name for command in program.commands
            if any(option.long != "help" for option in command.options)}
    for line in template.splitlines():
        place = re.fullmatch(r"@(synopsis|about|options|exit)(?: ([\w-]+))?@", line)
        if not place:
            out.append(line)
            continue
        command = program.command(place[2] or "")
        if place[1] == "synopsis":
            out += render_synopsis(program)
        elif place[1] == "about":
            out += [line for text in command.about for line in (".P", marked(text))][1:]
        elif place[1] == "exit":
            out += render_exits(command)
        else:
            left.discard(command.name)
            out += render_options(command)
    if left:
        raise Mistake(f"the page lacks the options of {', '.join(sorted(left))}")
    return "\n".join(out) + "\n"
