// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Write events as slots of a recording. files.c has its files.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../internal.h"
#include "recorder.h"

#define GRANULE_SHIFT	4

_Static_assert(1 << GRANULE_SHIFT == TT_MEMSTAT_GRANULE, "addresses are in granules");
_Static_assert((int)REC_RECORD == TT_MEMSTAT_OP_RECORD &&
	       (int)REC_SNAPSHOT == TT_MEMSTAT_OP_SNAPSHOT, "kinds begin with the operations");

/* ---- Slots ------------------------------------------------------------------------------- */

/* One system call for each thread; a child inherits the memory, but has another thread. */
static uint32_t thread_id(const struct ttmemstat_recorder *r)
{
	static __thread struct {
		pid_t pid;
		uint32_t tid;
	} me __attribute__((tls_model("initial-exec")));

	if (me.pid != r->pid) {
		me.tid = (uint32_t)syscall(SYS_gettid);
		me.pid = r->pid;
	}
	return me.tid;
}

static uint64_t when(const struct ttmemstat_recorder *r, uint32_t name)
{
	struct timespec now;
	uint64_t time;

	clock_gettime(CLOCK_MONOTONIC, &now);
	time = ((uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec -
		r->control->monotonic) >> REC_TIME_SHIFT;
	return (time < REC_TIME_MAX ? time : REC_TIME_MAX) << 20 | (name & REC_NAMES);
}

/* Store the head last: it makes the slot valid. */
static void publish(struct rec_slot *slot, uint32_t head)
{
	__atomic_store_n(&slot->head, head, __ATOMIC_RELEASE);
}

/* Write data in the pieces after its slot. */
static void put_pieces(struct rec_slot *slot, uint32_t who, const void *blob, size_t len)
{
	const char *from = blob;
	size_t at;

	for (at = 0; at < len; at += REC_PIECE, slot++) {
		const size_t some = len - at < REC_PIECE ? len - at : REC_PIECE;

		slot->who = who;
		memcpy((char *)slot + REC_SLOT - REC_PIECE, from + at, some);
		publish(slot, rec_head(REC_PIECE_OF, 0, 0, (uint32_t)(at / REC_PIECE)));
	}
}

/* Write a slot with @head and its pieces; -ENOSPC: no space. */
static int put_blob(struct ttmemstat_recorder *r, uint32_t head, uint32_t attachment, uint32_t name,
		    uint64_t program, const void *blob, size_t len)
{
	const uint32_t who = rec_who(thread_id(r), attachment);
	struct rec_slot *slot = ttmemstat_rec_claim(r, 1 + (uint32_t)((len + REC_PIECE - 1) / REC_PIECE));

	if (!slot)
		return -ENOSPC;
	slot->who = who;
	slot->when = when(r, name);
	slot->id = len;
	slot->program = program;
	put_pieces(slot + 1, who, blob, len);
	publish(slot, head);
	return 0;
}

void ttmemstat_record_plain(struct ttmemstat_recorder *r, enum rec_kind kind, uint32_t attachment,
			    uint32_t name, uint64_t id, uint64_t program)
{
	struct rec_slot *slot = ttmemstat_rec_claim(r, 1);

	if (!slot)
		return;
	slot->who = rec_who(thread_id(r), attachment);
	slot->when = when(r, name);
	slot->id = id;
	slot->program = program;
	publish(slot, rec_head(kind, 0, 0, 0));
}

static uint64_t wide(uint64_t value)
{
	return value < REC_WIDE_MAX ? value : REC_WIDE_MAX;
}

static uint32_t granules(uint64_t bytes)
{
	return bytes >> GRANULE_SHIFT < REC_GRANULES_MAX ? (uint32_t)(bytes >> GRANULE_SHIFT) :
							    REC_GRANULES_MAX;
}

/* Write four numbers of 48 bits to the last 24 bytes of a slot. */
static void put_snapshot(struct rec_slot *slot, const struct tt_memstat_entry *e)
{
	const uint64_t numbers[] = { wide(e->id), wide(e->addr), wide(e->size), wide(e->program) };
	char *to = (char *)&slot->id;
	size_t i;

	for (i = 0; i < 4; i++)
		memcpy(to + i * 6, &numbers[i], 6);
}

/* The module refuses all entries that do not fit in a slot, which would become valid there. */
static bool is_writable(const struct tt_memstat_entry *e)
{
	const uint64_t places = e->op == TT_MEMSTAT_OP_SNAPSHOT ? 0 : e->addr | e->size;

	return e->op >= TT_MEMSTAT_OP_RECORD && e->op <= TT_MEMSTAT_OP_SNAPSHOT &&
	       e->flags <= 0x3f && e->pool <= 7 && e->set < REC_SETS &&
	       !(e->reserved[0] | e->reserved[1]) && !(places % TT_MEMSTAT_GRANULE);
}

void ttmemstat_record_entry(struct ttmemstat_recorder *r, uint32_t attachment,
			    const struct tt_memstat_entry *e)
{
	const uint32_t name = e->seq <= __atomic_load_n(&r->control->names, __ATOMIC_RELAXED) ?
			      e->seq : 0;
	struct rec_slot *slot;

	if (!is_writable(e))
		return;
	slot = ttmemstat_rec_claim(r, 1);
	if (!slot)
		return;
	slot->who = rec_who(thread_id(r), attachment);
	slot->when = when(r, name);
	if (e->op == TT_MEMSTAT_OP_SNAPSHOT) {
		put_snapshot(slot, e);
	} else {
		slot->id = e->id;
		slot->program = e->program;
		slot->addr = granules(e->addr);
		slot->size = granules(e->size);
	}
	publish(slot, rec_head((enum rec_kind)e->op, e->flags, e->pool, e->set));
}

/* ---- Attachments and sets ----------------------------------------------------------------- */

/* Under the lock of the recording. */
static int take_number(struct rec_page *control)
{
	size_t i;

	for (i = 0; i < REC_ATTACHMENTS / 64; i++) {
		const uint64_t free_ones = ~__atomic_load_n(&control->attachments[i],
							    __ATOMIC_RELAXED);
		int bit;

		if (!free_ones)
			continue;
		bit = __builtin_ctzll(free_ones);
		__atomic_or_fetch(&control->attachments[i], 1ull << bit, __ATOMIC_RELAXED);
		return (int)i * 64 + bit;
	}
	return -ENOSPC;
}

int ttmemstat_record_attach(struct ttmemstat_recorder *r, const struct rec_attach *attach)
{
	int number, error;

	if (!ttmemstat_rec_lock(r->control))
		return -EBUSY;
	number = take_number(r->control);
	ttmemstat_rec_unlock(r->control);
	if (number < 0)
		return number;
	__atomic_or_fetch(&r->mine[number / 64], 1ull << number % 64, __ATOMIC_RELAXED);
	error = put_blob(r, rec_head(REC_ATTACH, 0, 0, 0), (uint32_t)number, 0, 0, attach,
			 sizeof(*attach));
	return error ? error : number;
}

void ttmemstat_record_detach(struct ttmemstat_recorder *r, uint32_t attachment)
{
	const uint64_t bit = 1ull << attachment % 64;

	ttmemstat_record_plain(r, REC_DETACH, attachment, 0, 0, 0);
	__atomic_and_fetch(&r->mine[attachment / 64], ~bit, __ATOMIC_RELAXED);
	__atomic_and_fetch(&r->control->attachments[attachment / 64], ~bit, __ATOMIC_RELAXED);
}

void ttmemstat_record_set(struct ttmemstat_recorder *r, uint32_t attachment, uint32_t set,
			  const struct tt_memstat_bank_set *bank_set)
{
	const size_t len = bank_set->count * sizeof(struct tt_memstat_rect);
	const struct tt_memstat_rect *rects;

	/* The module accepts nothing larger. */
	if (len > REC_BLOB_MAX || set >= REC_SETS)
		return;
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): as the uAPI has it */
	rects = (const void *)(uintptr_t)bank_set->rects;
	put_blob(r, rec_head(REC_SET, 0, bank_set->space, set), attachment, 0, bank_set->mask, rects, len);
}

/* ---- Names ------------------------------------------------------------------------------- */

#define TEXTS_FIRST	256

struct rec_text {
	struct rec_text *next;
	uint32_t hash;
	uint32_t number;
	char text[];
};

static uint32_t hash_of(const char *text)
{
	uint32_t hash = 2166136261u;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return hash;
}

/* If the table cannot grow, look-ups get slower. */
static void grow_texts(struct ttmemstat_recorder *r)
{
	const uint32_t heads = r->texts ? (r->texts_mask + 1) * 2 : TEXTS_FIRST;
	struct rec_text **bigger = calloc(heads, sizeof(struct rec_text *));
	struct rec_text *text, *next;
	uint32_t i;

	if (!bigger)
		return;
	for (i = 0; r->texts && i <= r->texts_mask; i++) {
		for (text = r->texts[i]; text; text = next) {
			next = text->next;
			text->next = bigger[text->hash & (heads - 1)];
			bigger[text->hash & (heads - 1)] = text;
		}
	}
	free(r->texts);
	r->texts = bigger;
	r->texts_mask = heads - 1;
}

static int add_text(struct ttmemstat_recorder *r, const char *text, size_t len, uint32_t hash,
		    uint32_t *name)
{
	struct rec_text *added;
	int error;

	if (!r->texts || r->texts_count > r->texts_mask)
		grow_texts(r);
	added = r->texts ? malloc(sizeof(*added) + len + 1) : NULL;
	if (!added)
		return -ENOMEM;
	added->number = __atomic_add_fetch(&r->control->names, 1, __ATOMIC_RELAXED);
	error = added->number > REC_NAMES ? -ENOSPC :
		put_blob(r, rec_head(REC_NAME, 0, 0, 0), 0, added->number, 0, text, len);
	if (error) {
		if (added->number > REC_NAMES)
			__atomic_store_n(&r->control->names, REC_NAMES, __ATOMIC_RELAXED);
		free(added);
		return error;
	}
	memcpy(added->text, text, len + 1);
	added->hash = hash;
	added->next = r->texts[hash & r->texts_mask];
	r->texts[hash & r->texts_mask] = added;
	r->texts_count++;
	*name = added->number;
	return 0;
}

int ttmemstat_record_name(struct ttmemstat_recorder *r, const char *text, uint32_t *name)
{
	const uint32_t hash = hash_of(text);
	const struct rec_text *known = NULL;
	int error = 0;

	pthread_mutex_lock(&r->lock);
	if (r->texts)
		for (known = r->texts[hash & r->texts_mask]; known; known = known->next)
			if (known->hash == hash && !strcmp(known->text, text))
				break;
	if (known)
		*name = known->number;
	else
		error = add_text(r, text, strlen(text), hash, name);
	pthread_mutex_unlock(&r->lock);
	return error;
}

static void free_texts(struct ttmemstat_recorder *r)
{
	struct rec_text *text, *next;
	uint32_t i;

	for (i = 0; r->texts && i <= r->texts_mask; i++) {
		for (text = r->texts[i]; text; text = next) {
			next = text->next;
			free(text);
		}
	}
	free(r->texts);
}

/* ---- Beginning and end ------------------------------------------------------------------- */

/* Parse bytes with a suffix K, M, G or T; 0: malformed. */
static uint64_t parse_size(const char *text)
{
	static const char units[] = "KMGT";
	unsigned long long value;
	const char *unit;
	char *end;

	if (*text < '0' || *text > '9')
		return 0;
	errno = 0;
	value = strtoull(text, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (errno || (*end && (!unit || end[1])) || value > REC_SIZE_MAX)
		return 0;
	if (unit)
		value <<= 10 * (unit - units + 1);
	return value >= REC_SIZE_MIN && value <= REC_SIZE_MAX ? value : 0;
}

struct ttmemstat_recorder *ttmemstat_recorder_wanted(void)
{
	const char *pattern = secure_getenv("TT_MEMSTAT_RECORD");
	const char *size = secure_getenv("TT_MEMSTAT_RECORD_SIZE");
	struct ttmemstat_recorder *r;

	if (!pattern || !*pattern)
		return NULL;
	r = calloc(1, sizeof(*r));
	if (!r)
		return NULL;
	r->pattern = strdup(pattern);
	r->max = size && *size ? parse_size(size) : REC_SIZE_DEFAULT;
	r->pid = getpid();
	pthread_mutex_init(&r->lock, NULL);
	return r;
}

/* Expand %p and %% in the pattern, and make it absolute; NULL: no memory. */
static char *expand(const char *pattern, pid_t pid)
{
	char digits[16], *path, *to, *here = *pattern == '/' ? strdup("") : getcwd(NULL, 0);
	const int len = snprintf(digits, sizeof(digits), "%d", (int)pid);

	path = here ? malloc(strlen(here) + 2 + strlen(pattern) * sizeof(digits)) : NULL;
	if (!path) {
		free(here);
		return NULL;
	}
	to = stpcpy(path, here);
	if (*here)
		*to++ = '/';
	free(here);
	for (; *pattern; pattern++) {
		const bool special = *pattern == '%' && (pattern[1] == 'p' || pattern[1] == '%');

		pattern += special;
		if (special && *pattern == 'p')
			to = mempcpy(to, digits, (size_t)len);
		else
			*to++ = *pattern;
	}
	*to = '\0';
	return path;
}

static int start(struct ttmemstat_recorder *r)
{
	if (!r->max)
		return -EINVAL;
	/* Two files are mapped at a time. */
	if (r->max / REC_FILES > SIZE_MAX / 4)
		return -EFBIG;
	r->path = r->pattern ? expand(r->pattern, r->pid) : NULL;
	return r->path ? ttmemstat_rec_files_open(r) : -ENOMEM;
}

int ttmemstat_recorder_start(struct ttmemstat_recorder *r)
{
	pthread_mutex_lock(&r->lock);
	if (!r->started)
		r->error = start(r);
	r->started = true;
	pthread_mutex_unlock(&r->lock);
	return r->error;
}

void ttmemstat_recorder_end(struct ttmemstat_recorder *r)
{
	uint32_t n;

	if (r->ended)
		return;
	for (n = 0; n < REC_ATTACHMENTS && r->started && !r->error; n++)
		if (r->mine[n / 64] >> n % 64 & 1)
			ttmemstat_record_detach(r, n);
	r->ended = true;
	ttmemstat_rec_files_close(r);
}

void ttmemstat_recorder_free(struct ttmemstat_recorder *r)
{
	if (!r)
		return;
	free_texts(r);
	free(r->path);
	free(r->pattern);
	pthread_mutex_destroy(&r->lock);
	free(r);
}
