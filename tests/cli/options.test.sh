#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The descriptions of options (tools/*/*.options): all files that are generated from one have the
# same options, the parsers handle all of them, and the removal of an option is noticed. complete.sh
# tests the completions in the shells.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

cd "$TT_MEMSTAT_ROOT" || exit 1
scripts/deps --package groff mandoc python3 || exit 1
tmp=$(mktemp -d)
at_end 'rm -rf "$tmp"'
bin=$TT_MEMSTAT_BUILD/bin made=$TT_MEMSTAT_BUILD

# long: the long options that an indented line of the standard input begins with
long() { grep -oE -e '(^  +|, )--[a-z0-9_.-]+' | tr -d ' ,' | sort -u; }

# described FILE: those of a description
described() { sed -nE 's/^(-.*)/\1/p; s/^like: [^ ]+ //p' "$1" | tr ' ' '\n' |
	sed -nE 's/^(--[a-z0-9_.-]+).*/\1/p' | sort -u; }

for options in tools/*/*.options; do
	name=$(basename "$options" .options)
	want=$(described "$options")
	expect "$name: there are options" yes "$([ "$(echo "$want" | wc -l)" -ge 8 ] && echo yes)"
	helps=$("$bin/$name" --help
		for command in $("$bin/$name" --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'); do
			"$bin/$name" "$command" --help
		done)
	expect "$name: --help has all options" "$want" "$(echo "$helps" | sed -E 's/^  (-[a-zA-Z],)+ */  /' | long)"
	expect "$name: --help fits 80 columns" '' "$(echo "$helps" | grep -E '.{81}')"
	page=$made/man/man1/$name.1
	expect "$name: the page has all options" "$want" \
		"$(sed -nE '/^\.T[PQ]$/{n;s/\\f.//g;s/\\-/-/g;s/^(-[a-zA-Z], )*/  /;p}' "$page" | long)"
	expect "$name: mandoc has no complaint" '' "$(mandoc -T lint -W warning "$page" 2>&1)"
	expect "$name: groff has no complaint" '' "$(groff -t -man -ww -z -T utf8 "$page" 2>&1)"
done

# is_handled WORD...: this command line, with a wrong option behind it, is not refused for its own one
is_handled()
{
	out=$(PATH=/nonexistent "$@" --no-such-option 2>&1 </dev/null | grep -v '^Try ')
	case $out in
	'')			return 1 ;;
	*no-such-option*)	return 0 ;;
	*'unknown option'*)	return 1 ;;
	esac
}

# unhandled COMMAND...: those of its --help that its parser does not handle
unhandled()
{
	"$@" --help | sed -nE 's/^ +((-[a-zA-Z]|-[a-z_]+), )*(--[a-z0-9_.-]+)(=.)?.*/\3\4/p' |
		sed 's/=.$/=x/' | while read -r option; do
			is_handled "$@" "$option" || printf '%s ' "$option"
		done
}
for name in tt-smi tt-memstat-exporter tt-memstat; do
	expect "$name handles its options" '' "$(unhandled "$bin/$name")"
done
for command in $("$bin/tt-memstat" --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'); do
	expect "tt-memstat $command handles its options" '' "$(unhandled "$bin/tt-memstat" "$command")"
done
printf '#!/bin/sh\n[ "$1" = --help ] && echo "      --extra  an option" || echo "Try --help"\n' >"$tmp/fake"
chmod +x "$tmp/fake"
expect 'one that is not handled is noticed' --extra "$(unhandled "$tmp/fake" | sed 's/ .*//')"

# choices FILE: "COMMAND OPTION VALUE" for each value that a description calls valid
choices()
{
	awk '/^command: / { command = $2 }
		/^--?[a-z]/ { option = $NF; sub(/[[=].*/, "", option) }
		/^\tchoice: / { for (i = 2; i <= NF; i++) print command, option, $i }' "$1" | sed 's/^ //'
}
for options in tools/*/*.options; do
	name=$(basename "$options" .options)
	choices "$options" | while read -r words; do
		# shellcheck disable=SC2086 # words on purpose
		set -- $words
		[ $# -eq 3 ] || set -- '' "$@"
		PATH=/nonexistent "$bin/$name" ${1:+"$1"} "$2=$3" --no-such-option 2>&1 </dev/null |
			grep -q no-such-option || echo "$words"
	done >"$tmp/invalid"
	expect "$name: the parser takes each choice" '' "$(cat "$tmp/invalid")"
	choices "$options" >>"$tmp/choices"
done
expect 'there are choices' yes "$([ "$(wc -l <"$tmp/choices")" -gt 20 ] && echo yes)"

# without TOOL PROGRAM OPTION FILE: a description without OPTION makes nothing that has it, and FILE no
# longer compiles.
without()
{
	dir=$tmp/without/$2
	mkdir -p "$dir"
	cp tools/*/*.options "$dir/"
	awk -v option="$3" 'index($0, option) && /^-/ { gone = 1; next } /^[^\t]/ { gone = 0 } !gone' \
		"tools/$1/$2.options" >"$dir/$2.options"
	for form in bash zsh fish; do
		python3 -B scripts/options $form "$dir/$2.options" >"$dir/$form" || return
	done
	python3 -B scripts/options c "$dir/$2.options" "$dir" &&
		python3 -B scripts/options man "$dir/$2.options" "docs/man/$2.1.in" >"$dir/man" || return
	expect "$2 without $3: it is nowhere" '' "$(grep -lE -e "${3#--}(=|\"|'|\\\\|,|$)" \
		"$dir/bash" "$dir/zsh" "$dir/fish" "$dir/man" "$dir/$2.options.c")"
	fails_with 1 "_OPT_.*undeclared" "$2 without $3: the parser does not compile" \
		cc -D_GNU_SOURCE -std=c11 -fsyntax-only -I"$dir" -Iuserspace/include -Iuapi "tools/$1/$4"
}
without tt-smi tt-smi --no-telemetry options.c
without tt-smi tt-memstat-exporter --web.telemetry-path exporter_main.c
without tt-memstat tt-memstat --perfetto explain_options.c

# wrong NAME SED MESSAGE: a description changed so is refused.
wrong()
{
	cp tools/*/*.options "$tmp/"
	sed "$2" tools/tt-memstat/tt-memstat.options >"$tmp/tt-memstat.options"
	fails_with 1 "$3" "$1" python3 -B scripts/options c "$tmp/tt-memstat.options" "$tmp"
}
wrong 'an unknown key' 's/^operands:/operand:/' 'tt-memstat.options:[0-9]+: no key: operand'
wrong 'an unknown kind of values' 's/values: @dir/values: @folder/' 'no kind of values: @folder'
wrong 'an option without a text' '/^\tprint the summary as JSON/,/absent/d' '--json is not described'
wrong 'a head that cannot be read' 's/^--arch=ARCH/--arch ARCH/' 'not the head of an option: --arch ARCH'
wrong 'an option of another command that it lacks' 's/^like: replay --grid/& --grit/' \
	'replay has no option --grit'
wrong 'an option that differs between commands' '0,/^--json$/s//--json=FILE/' \
	'--json is not the same in all commands'
wrong 'a text that belongs to nothing' '0,/^program/s//\ttext\n&/' 'nothing stands above this text'
# taken COMMAND: its options that take an empty value
taken()
{
	"$bin/tt-memstat" "$1" --help | sed -nE 's/^  +(-[a-zA-Z], )*(--[a-z0-9-]+)=[A-Za-z].*/\2/p' |
		while read -r option; do
			for value in "$option=" "$option"; do
				out=$("$bin/tt-memstat" "$1" "$value" '' 2>&1 </dev/null)
				[ $? -eq 2 ] && matches "^tt-memstat: $option: the value is empty$" "$out" ||
					echo "$value '': $out"
			done
		done
}
for command in $("$bin/tt-memstat" --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'); do
	expect "tt-memstat $command: no option takes an empty value" '' "$(taken "$command")"
done
finish
