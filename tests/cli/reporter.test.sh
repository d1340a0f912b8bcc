# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# The reporter with a runtime that lacks nearly all functions, and with other programs: they run as
# usual, and missing functions are named.
set -u
. "$TT_MEMSTAT_ROOT/tests/vm/lib.sh"

work=$(mktemp -d)
at_end 'rm -rf "$work"'

cat >"$work/library.c" <<'END'
unsigned long allocate(void *allocator, void *buffer)
	__asm__("_ZN2tt8tt_metal13AllocatorImpl15allocate_bufferEPNS0_6BufferE");
unsigned long allocate(void *allocator, void *buffer) { return (unsigned long)allocator + (unsigned long)buffer; }
unsigned long inner(void);
unsigned long inner(void) { return allocate((void *)40, (void *)2); }
END
cat >"$work/program.c" <<'END'
unsigned long inner(void);
int main(void) { return (int)inner(); }
END
cc -shared -fPIC -O0 -o "$work/libtt_metal.so" "$work/library.c"
cc -o "$work/program" "$work/program.c" -L"$work" -ltt_metal -Wl,-rpath,"$work"

status=0
seen=$(tt-memstat run --check "$work/program" 2>&1) || status=$?
expect 'the runtime works with missing functions' 42 "$status"
expect_match '--check names a missing function' \
	'^tt_memstat: l1 is not seen: no _ZN2tt8tt_metal13AllocatorImpl17deallocate_bufferE' "$seen"
expect_match '--check names each pool that cannot be seen' '^tt_memstat: cb is not seen: no .*EnqueueMeshWorkload' "$seen"
expect_match '--check names a partial pool' '^tt_memstat: cb is seen in part: no .*mark_address' "$seen"
expect '--check does not name existing functions' 0 "$(echo "$seen" | grep -c 15allocate_buffer)"
expect '--check does not name functions of other releases' 0 "$(echo "$seen" | grep -c scratchpads)"
status=0
seen=$(tt-memstat run "$work/program" 2>&1) || status=$?
expect 'the runtime works without --check' 42 "$status"
expect 'without --check, no function is named' 0 "$(echo "$seen" | grep -c ' seen')"
cat >"$work/throws.cc" <<'END'
#include <pthread.h>
#include <unistd.h>
extern "C" void circular(void *, const void *)
	__asm__("_ZN2tt8tt_metal6detail11ProgramImpl25allocate_circular_buffersEPKNS0_7IDeviceE");
extern "C" void circular(void *program, const void *) { if (program) throw 42; for (;;) pause(); }
static void *stuck(void *) { circular(nullptr, nullptr); return nullptr; }
int throws()
{
	void *result;
	pthread_t thread;
	pthread_create(&thread, nullptr, stuck, nullptr);
	pthread_cancel(thread);
	pthread_join(thread, &result);
	if (result != PTHREAD_CANCELED) return 1;
	try { circular(&result, nullptr); } catch (int thrown) { return thrown; }
	return 2;
}
END
cat >"$work/caller.c" <<'END'
#include <dlfcn.h>
int main(int argc, char **argv)
{
	void *library = dlopen(argv[argc - 1], RTLD_NOW | RTLD_LOCAL);
	int (*throws)(void) = library ? (int (*)(void))dlsym(library, "_Z6throwsv") : 0;
	return throws ? throws() : 3;
}
END
c++ -shared -fPIC -O0 -o "$work/libtt_metal_throws.so" "$work/throws.cc"
cc -o "$work/caller" "$work/caller.c"
status=0
tt-memstat run "$work/caller" "$work/libtt_metal_throws.so" 2>/dev/null || status=$?
expect 'an exception and the end of a thread pass through the reporter' 42 "$status"

for program in 'sh -c true' 'cc --version' 'perl -e 1'; do
	# shellcheck disable=SC2086 # words on purpose
	expect "$program: unchanged output" "$($program 2>&1)" \
		"$(TT_MEMSTAT_CHECK=1 LD_PRELOAD="$TT_MEMSTAT_BUILD/lib/libttmemstat-report.so" $program 2>&1)"
done
for wanted in 0 1; do
	status=0
	TT_MEMSTAT_SUMMARY=$wanted LD_PRELOAD="$TT_MEMSTAT_BUILD/lib/libttmemstat-report.so" \
		perl -MPOSIX -e 'POSIX::_exit(3)' || status=$?
	expect "TT_MEMSTAT_SUMMARY=$wanted: _exit() keeps its status" 3 "$status"
done
needs=$(readelf -dW "$TT_MEMSTAT_BUILD/lib/libttmemstat-report.so" | sed -n "s/.*NEEDED.*\[\(.*\)\]/\1/p" | sort | xargs)
expect 'the reporter depends only on the C library' libc.so.6 "$needs"
"$TT_MEMSTAT_ROOT/scripts/deps" --package strace
calls() { strace -f -o "$work/calls" "$@" && grep -c '^[0-9]* *[a-z]' "$work/calls"; }
without=$(calls true) with=$(calls -E LD_PRELOAD="$TT_MEMSTAT_BUILD/lib/libttmemstat-report.so" true)
expect 'the reporter costs at most 12 system calls' yes \
	"$([ "$with" -gt "$without" ] && [ "$with" -le $((without + 12)) ] && echo yes || echo "$without, $with with it")"
newest=$(nm -D "$TT_MEMSTAT_BUILD/lib/libttmemstat-report.so" | grep -o 'GLIBC_[0-9.]*' | sort -V | tail -n 1)
expect 'the reporter needs no newer C library than the wheels' GLIBC_2.34 "$newest"
finish
