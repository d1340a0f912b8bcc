#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Tests print TAP: prove counts the same checks, and has the same result.
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

"$TT_MEMSTAT_ROOT/scripts/deps" --package perl || exit 1
work=$(mktemp -d)
at_end 'rm -rf "$work"'

# script NAME LINE...: a test that sources lib.sh
script()
{
	file=$work/$1
	shift
	printf '%s\n' ". '$TT_MEMSTAT_ROOT/tests/vm/lib.sh'" "$@" >"$file"
}

# proves NAME COUNT VERDICT ARGUMENT...: the arguments are prove's
proves()
{
	name=$1 want="$2 checks, $3"
	shift 3
	said=$(prove --norc --directives "$@" 2>&1)
	expect "$name" "$want" \
		"$(echo "$said" | sed -n 's/^Files=1, Tests=\([0-9]*\),.*/\1 checks,/p; s/^Result: //p' | xargs)"
}

script passing 'pass one' 'expect two "a # b" "a # b"' finish
script failing 'pass one' 'fail two "not ok 7 - nor this"' 'pass three' finish
script skipping 'pass one' 'skip "no card"' 'echo a line of no meaning' finish
script ending 'pass one' 'exit 0'
proves 'checks that pass' 2 PASS -e sh "$work/passing"
proves 'one that fails' 3 FAIL -e sh "$work/failing"
expect_match 'prove names the failed test' '^ *Failed test: +2$' "$said"
proves 'one that is skipped' 2 PASS -e sh "$work/skipping"
expect_match 'a skipped check has its reason' '^ok 2 # SKIP no card$' "$said"
proves 'a script that ends early' 2 FAIL -e sh "$work/ending"

cat >"$work/some.py" <<'END'
import unittest


class Some(unittest.TestCase):
    def test_fails(self):
        self.fail("on\npurpose")

    def test_parts(self):
        for part in range(3):
            with self.subTest(part=part):
                self.assertEqual(part, 1)

    def test_passes(self):
        pass

    @unittest.skip("no card")
    def test_skipped(self):
        pass
END
export PYTHONDONTWRITEBYTECODE=1
proves 'tests of Python' 5 FAIL -e "python3 $TT_MEMSTAT_ROOT/tests/python/run.py" "$work/some.py"
expect_match 'prove names all failed tests' '^ *Failed tests: +1-3$' "$said"
expect_match 'a skipped test of Python has its reason' '^ok 5 - .*test_skipped # SKIP no card$' "$said"
# tests/sum makes one stream of many.
sum=$TT_MEMSTAT_ROOT/tests/sum
proves 'suites are numbered on' 4 PASS "$sum" :: a "sh $work/passing" 'b&' "sh $work/skipping"
proves 'a suite that fails fails them' 5 FAIL "$sum" :: a "sh $work/passing" b "sh $work/failing"
expect_match 'prove names the failed check of a command' '^ *Failed test: +4$' "$said"
proves 'a command without TAP is a check' 3 PASS "$sum" :: a 'echo 9 passed, 0 failed' b "sh $work/passing"
proves 'so is one that fails' 2 FAIL "$sum" :: a 'echo 8 passed, 1 failed; exit 1' b 'echo 1 passed, 0 failed'
proves 'and one that fails after its checks' 3 FAIL "$sum" :: a "sh $work/passing; exit 3"

proves 'tests of Python that pass' 1 PASS "$sum" :: \
	a "python3 $TT_MEMSTAT_ROOT/tests/python/run.py $work/some.py:Some.test_passes"

real=$TT_MEMSTAT_ROOT/tests/cli/version.test.sh
passed_there=$(sh "$real" | sed -n 's/^\([1-9][0-9]*\) passed, 0 failed$/\1/p')
proves 'a real one' "${passed_there:-some}" PASS -e sh "$real"
finish
