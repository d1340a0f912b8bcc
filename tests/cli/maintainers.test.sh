#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# MAINTAINERS: each pattern matches existing files, and each section has a maintainer.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

cd "$TT_MEMSTAT_ROOT" || exit 1
expect 'every pattern names something' '' "$(sed -n 's/^F:\t//p' MAINTAINERS |
	while read -r pattern; do
		# shellcheck disable=SC2086 # the pattern is the shell's, too
		ls -d $pattern >/dev/null 2>&1 || echo "$pattern"
	done)"
sections=$(grep -cE '^[A-Z][A-Z:, -]+$' MAINTAINERS)
for tag in M S; do
	expect "every section has its $tag:" "$sections" "$(grep -c "^$tag:	" MAINTAINERS)"
done
finish
