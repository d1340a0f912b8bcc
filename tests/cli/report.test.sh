#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# The page of tt-memstat explain --html: its data and, if Chromium is installed, its display in a
# browser.
. "$(dirname "$0")/../vm/lib.sh"
cd "$TT_MEMSTAT_ROOT" || exit 1
dir=$(mktemp -d) || exit 1
at_end 'rm -rf "$dir"'

python3 tests/cli/report_check.py tt-memstat demo/two-programs.json tests/vm/data/*.json >"$dir/log"
checked=$?
expect 'figures of a page add up and equal those of --json' 0 "$checked"
[ $checked -eq 0 ] || cat "$dir/log"

# Names in a capture must not end the element that has the data.
printf '[{"node_type": "function_start", "params": {"name": "</script><b id=evil>\\u001b"}},
{"node_type": "buffer_allocate", "params": {"buffer_type": 1, "size": 64, "max_size_per_bank": 64}}]' >"$dir/evil.json"
succeeds 'a capture with hostile names' tt-memstat explain --html "$dir/evil.html" "$dir/evil.json"
expect 'hostile names are escaped' 0 "$(grep -c '<b id=evil' "$dir/evil.html")"
fails_with 1 'EISDIR|ENOENT' 'a file that cannot be written' \
	tt-memstat explain --html "$dir/none/x.html" demo/two-programs.json
succeeds 'a page is written' tt-memstat explain --html "$dir/page.html" demo/two-programs.json

for browser in chromium chromium-browser google-chrome; do
	command -v $browser >/dev/null && break
	browser=
done
if [ -z "$browser" ]; then
	skip 'the page in a browser: no Chromium'
	finish
fi

# A script at the end of the page uses it as people do, and leaves what it saw.
sed 's|</body>|<script>@</script></body>|' "$dir/page.html" >"$dir/frame.html"
cat >"$dir/use.js" <<'END'
const out = [], say = (what, value) => out.push(what + "=" + value);
const key = (node, name) => node.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
say("title", document.title);
say("when", $("when").textContent);
say("sum", $("sum").textContent);
say("cores", $("cores").children.length);
say("fullest", document.querySelectorAll("#cores .full").length + " " + document.querySelector("#cores .full").getAttribute("aria-label"));
say("wide", document.documentElement.scrollWidth <= innerWidth);
say("unlabelled", [...document.querySelectorAll("button, input, select, svg")].filter(n =>
  !n.textContent.trim() && !n.getAttribute("aria-label") && !n.labels?.length).length);
$("cores").children[0].focus();
key(document.activeElement, "ArrowRight");
say("focus", document.activeElement.getAttribute("aria-label"));
document.activeElement.click();
say("core", $("h-map").textContent + " " + document.activeElement.getAttribute("aria-pressed"));
$("moment").value = $("moment").max;
$("moment").dispatchEvent(new Event("input"));
say("end", $("moment").getAttribute("aria-valuetext"));
$("to-peak").click();
$("search").value = "softmax";
$("search").dispatchEvent(new Event("input"));
say("found", $("found").textContent);
$("search").value = "";
$("search").dispatchEvent(new Event("input"));
const order = () => [...$("holders").tBodies[0].rows].map(r => r.cells[0].title).join(" ");
const first = order();
$("holders").tHead.rows[0].cells[0].firstChild.click();
say("sorted", order() === first.split(" B").map(s => s.trim()).filter(Boolean).reverse().map(s => s + " B").join(" "));
say("aria-sort", $("holders").tHead.rows[0].cells[0].getAttribute("aria-sort"));
$("space").value = "dram";
$("space").dispatchEvent(new Event("change"));
$("to-peak").click();
say("dram", $("when").textContent);
say("tree", $("tree").children.length);
document.body.replaceChildren(Object.assign(document.createElement("pre"), { id: "saw", textContent: "\n" + out.join("\n") + "\n" }));
END
python3 - "$dir" <<'END'
import sys
text = open(sys.argv[1] + "/frame.html").read()
open(sys.argv[1] + "/frame.html", "w").write(text.replace("<script>@</script>", "<script>" + open(sys.argv[1] + "/use.js").read() + "</script>"))
END
# in_browser SIZE: what the script saw
in_browser()
{
	timeout 100 "$browser" --headless=new --no-sandbox --disable-gpu --user-data-dir="$dir/profile" \
		--virtual-time-budget=3000 --window-size="$1" --dump-dom "file://$dir/frame.html" 2>/dev/null
}
in_browser 1280,1900 >"$dir/saw"
# saw WHAT VALUE
saw() { expect "in a browser: $1" "$2" "$(sed -n "s/^$1=//p" "$dir/saw")"; }
saw title 'demo/two-programs.json - memory'
saw when 'After node 39, in SoftmaxDeviceOperation of ttnn.softmax: 44.7 MiB used of 180 MiB'
saw sum 'held 46,899,200 B = used 46,899,200 B of 188,743,680 B'
saw cores 120
saw fullest '1 core 0,0: 684 KiB, 45 %, the fullest'
saw wide true
saw unlabelled 0
saw focus 'core 1,0: 684 KiB, 45 %'
saw core 'Addresses of core 1,0 over time true'
saw found '1 of 4'
saw sorted true
saw aria-sort ascending
saw tree 4
expect_match 'in a browser: the end' '^end=After node [0-9]+.* used of 180 MiB$' "$(cat "$dir/saw")"
expect_match 'in a browser: DRAM' '^dram=After node 56.*: 13.0 MiB used of 32.0 GiB$' "$(cat "$dir/saw")"
in_browser 500,1500 >"$dir/saw"
saw wide true
finish
