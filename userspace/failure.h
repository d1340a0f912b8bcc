/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * Facts about the last failed call on an object. error.c makes text of them on request, and then
 * asks the module for its limits.
 *
 * A successful call does not touch them. A failing call stores a few words; it does not format,
 * allocate or make further calls.
 */
#ifndef TTMEMSTAT_FAILURE_H
#define TTMEMSTAT_FAILURE_H

#include <stdatomic.h>

#include "public.h"

/* Calls that can fail on an object, by their names in the public header. */
#define TTMEMSTAT_CALLS(CALL)							\
	CALL(open)								\
	CALL(info)								\
	CALL(chip_create)							\
	CALL(chip_destroy)							\
	CALL(chip_find)								\
	CALL(geometry_set)							\
	CALL(geometry_unset)							\
	CALL(attach)								\
	CALL(detach)								\
	CALL(attachment_chip)							\
	CALL(bank_set_l1)							\
	CALL(bank_set_dram)							\
	CALL(partial)								\
	CALL(name)								\
	CALL(name_program)							\
	CALL(scope_begin)							\
	CALL(scope_end)								\
	CALL(resolve)								\
	CALL(submit)								\
	CALL(report_record)							\
	CALL(report_free)							\
	CALL(report_program_free)						\
	CALL(report_dispatch)							\
	CALL(report_snapshot)							\
	CALL(report_snapshot_total)						\
	CALL(report_device_snapshots)						\
	CALL(report_kernel_load)						\
	CALL(report_kernel_unload)						\
	CALL(report_program_replace)						\
	CALL(flush)								\
	CALL(ring_status)							\
	CALL(drop)								\
	CALL(query_chip)							\
	CALL(query_client)							\
	CALL(list_records)							\
	CALL(list_programs)							\
	CALL(list_sets)								\
	CALL(geometry_resolve)							\
	CALL(reader_of)								\
	CALL(reader_error)							\
	CALL(reader_version)							\
	CALL(reader_comm)							\
	CALL(reader_exited)							\
	CALL(reader_host)							\
	CALL(reader_list)							\
	CALL(reader_chip)							\
	CALL(reader_chips)

enum ttmemstat_call {
#define TTMEMSTAT_CALL_NUMBER(name)	TTMEMSTAT_CALL_##name,
	TTMEMSTAT_CALLS(TTMEMSTAT_CALL_NUMBER)
#undef TTMEMSTAT_CALL_NUMBER
};

/* Conditions that a field must meet; L is the limit. */
enum ttmemstat_rule {
	TTMEMSTAT_RULE_GIVEN,		/* not NULL */
	TTMEMSTAT_RULE_ZERO,
	TTMEMSTAT_RULE_NOT_ZERO,
	TTMEMSTAT_RULE_AT_LEAST,
	TTMEMSTAT_RULE_AT_MOST,
	TTMEMSTAT_RULE_BELOW,
	TTMEMSTAT_RULE_FROM_1,		/* to L */
	TTMEMSTAT_RULE_FROM_MINUS_1,	/* signed, -1 or more */
	TTMEMSTAT_RULE_MULTIPLE,
	TTMEMSTAT_RULE_POWER,		/* of two */
	TTMEMSTAT_RULE_WITHIN,		/* mask */
	TTMEMSTAT_RULE_HAS,		/* mask: one bit of L at least */
	TTMEMSTAT_RULE_LEAVES,		/* mask: one bit of L clear at least */
	TTMEMSTAT_RULE_POOLS,		/* a pool in mask L */
	TTMEMSTAT_RULE_EQUAL,		/* as another field says */
	TTMEMSTAT_RULE_ZERO_OR,		/* 0 or L */
	TTMEMSTAT_RULE_DIFFERENT,	/* not L, which another field says */
	TTMEMSTAT_RULE_VALID,		/* 0, unless @valid has L */
	TTMEMSTAT_RULE_FLAG,		/* 0, unless @flags has L */
	TTMEMSTAT_RULE_FLAG_ID,		/* -1, unless @flags has L */
	TTMEMSTAT_RULE_TAIL,		/* a structure's bytes beyond L: 0 */
	TTMEMSTAT_RULE_LENGTH,		/* of a string: at most L */
};

/**
 * struct ttmemstat_facts - one failure
 * @call: the failed call
 * @error: -errno; 0: nothing failed yet
 * @field: the field that the library refused; NULL: the module refused the call
 * @rule: what @field must be
 * @value: of @field
 * @limit: of @rule
 * @array: array whose element @index has the field; NULL: none
 * @index: in @array
 * @about: object of the call, in words; NULL: the other fields name it
 * @why: meaning of @error for this call; NULL: its general meaning
 * @chip: object of the call, like all following fields
 */
struct ttmemstat_facts {
	enum ttmemstat_call call;
	int error;
	const char *field;
	enum ttmemstat_rule rule;
	uint64_t value;
	uint64_t limit;
	const char *array;
	size_t index;
	const char *about;
	const char *why;
	uint32_t chip;
	union {
		uint64_t client;
		uint64_t mask;
		struct {
			int32_t proof;
			struct tt_memstat_geometry geometry;
			struct tt_memstat_geometry present;
			struct tt_memstat_layout layout;
		} attach;
		struct {
			uint64_t rects;
			uint32_t columns;
			uint32_t rows;
		} set;
		struct tt_memstat_entry entry;
	};
};

/**
 * struct ttmemstat_failure - an object's last failure
 * @busy: @facts are being written or read
 * @facts: of the last
 */
struct ttmemstat_failure {
	atomic_flag busy;
	struct ttmemstat_facts facts;
};

/* Store the facts; returns their error. @failure may be NULL. */
__attribute__((cold)) int ttmemstat_note(struct ttmemstat_failure *failure,
					 const struct ttmemstat_facts *facts);

/* The same for a field that the library refuses. */
__attribute__((cold)) int ttmemstat_refuse(struct ttmemstat_failure *failure,
					   enum ttmemstat_call call, int error, const char *field,
					   enum ttmemstat_rule rule, uint64_t value,
					   uint64_t limit);

/* A caller of the failed call replaces the call and the element by its own. */
__attribute__((cold)) void ttmemstat_note_as(struct ttmemstat_failure *failure,
					     enum ttmemstat_call call, const char *array,
					     size_t index);

struct ttmemstat_facts ttmemstat_failure_get(struct ttmemstat_failure *failure);

/*
 * Write the text of a failure, like snprintf(); empty for facts without an error. Without @ctx and
 * @att, which may be NULL, the module is not asked.
 */
size_t ttmemstat_facts_text(const struct ttmemstat_facts *facts, const struct ttmemstat_ctx *ctx,
			    const struct ttmemstat_attachment *att, char *text, size_t size);

#endif /* TTMEMSTAT_FAILURE_H */
