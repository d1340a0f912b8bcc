# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Compare the table in docs/security.md with the one that tests/vm/access.test.sh checks.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

succeeds 'docs/security.md has the table of tests/vm/access.table' \
	"$TT_MEMSTAT_ROOT/scripts/access-table" --check
for file in $(grep -oE '`(tests|driver|scripts|docs)/[A-Za-z0-9_./-]+`' "$TT_MEMSTAT_ROOT/docs/security.md" |
	tr -d '`' | sort -u); do
	succeeds "docs/security.md names $file, which is there" test -e "$TT_MEMSTAT_ROOT/$file"
done
finish
