#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Manual pages of section 3: every symbol has one, each is well-formed, and a header with an undocumented
# member is refused.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

cd "$TT_MEMSTAT_ROOT" || exit 1
scripts/deps --package mandoc || exit 1
pages=$TT_MEMSTAT_BUILD/man/man3
tmp=$(mktemp -d)

# missing NAME...: those that are missing.
missing() { for name; do [ -s "$pages/$name.3" ] || echo "$name"; done; }

# shellcheck disable=SC2046 # words on purpose
expect 'every symbol has a page' '' "$(missing $(sed -n 's/^\t\(ttmemstat_[a-z0-9_]*\);$/\1/p' \
	userspace/libttmemstat.map))"
# shellcheck disable=SC2046
expect 'every structure has a page' '' "$(missing $(sed -n 's/^struct \(ttmemstat_[a-z_]*\) {$/\1/p' \
	userspace/include/ttmemstat.h))"
expect 'the library, and what is inline, have one' '' \
	"$(missing libttmemstat ttmemstat_attach_options_init ttmemstat_device_init)"
expect 'the pages are well-formed' '' "$(mandoc -T lint -W warning "$pages"/*.3 2>&1)"
expect 'what they refer to in section 3 is there' '' "$(sed -n 's/^\.BR \([a-z_0-9]*\) (3),*$/\1/p' \
	"$pages"/*.3 | sort -u | while read -r name; do missing "$name"; done)"
page=$(mandoc -T ascii "$pages/ttmemstat_attach.3" | col -b)
for line in 'ttmemstat_attach - attach to a chip' '#include <ttmemstat.h>' '^ERRORS' \
	'const struct ttmemstat_attach_options \*options,' '-EALREADY' 'libttmemstat\(3\)'; do
	expect_match "a page has: $line" "$line" "$page"
done

# broken NAME SED MESSAGE: a header changed so makes no pages.
broken()
{
	mkdir -p "$tmp/scripts" "$tmp/userspace/include" "$tmp/uapi"
	cp scripts/manpages "$tmp/scripts/"
	cp CHANGELOG.md "$tmp/"
	cp uapi/tt_memstat.h "$tmp/uapi/"
	sed "$2" userspace/include/ttmemstat.h >"$tmp/userspace/include/ttmemstat.h"
	fails_with 1 "$3" "$1" "$tmp/scripts/manpages" 0 "$tmp/out"
}
broken 'a parameter without a word' '/^ \* @entries: /d' \
	'ttmemstat_submit: @entries is not described'
broken 'a member without a word' '/^ \* @asic_location: with REMOTE/d' \
	'ttmemstat_attach_options: @asic_location is not described'
broken 'a word for what is not there' 's/^ \* @pools: mask of/ * @pool: mask of/' '@pools is not described'
broken 'a function without a comment' '/^\/\*\*$/{N;s/^..\*\(\n \* ttmemstat_flush()\)/\/*\1/}' \
	'ttmemstat_flush\(\) has no comment of its own'
rm -rf "$tmp"
finish
