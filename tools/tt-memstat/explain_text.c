// SPDX-License-Identifier: GPL-2.0-only
/* Print an explanation as text. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "explain.h"
#include "replay.h"

#define MAP_LINES	10
#define MISFITS		3
#define WAYS		5

/* Format sizes; the results are valid for one print statement. */
static const char *b(uint64_t bytes)
{
	static _Thread_local char texts[8][EXPLAIN_BYTES];
	static _Thread_local unsigned int next;

	return explain_bytes(bytes, texts[next++ % 8]);
}

static double percent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void print_head(const struct explanation *e)
{
	const struct layout *layout = &e->history.layout;

	fprintf(e->out, "%s: %llu %s; %s, %ux%u cores of %s, %u DRAM banks of %s; workers %ux%u\n",
	       e->live ? e->live : e->file, (unsigned long long)e->nodes,
	       e->live ? "records" : e->capture ? "nodes" : "events", ttmemstat_arch_name(e->history.geometry.arch), layout->chip_x,
	       layout->chip_y, b(layout->l1_bytes), layout->dram_banks, b(layout->dram_bytes),
	       layout->worker_x, layout->worker_y);
	if (e->devices > 1)
		fprintf(e->out, "device %lld, of %zu chips (--device)\n", (long long)e->device, e->devices);
}

/* "at its peak, after node 15, in MatmulDeviceOperation of ttnn.matmul" */
static void print_when(const struct explanation *e, const struct explain_side *side)
{
	char operation[EXPLAIN_WHO];

	if (e->live) {
		fputs("now", e->out);
		return;
	}
	fputs(e->request->at == EXPLAIN_PEAK ? "at its peak" :
	      e->request->at == EXPLAIN_END ? "at the end" : "then", e->out);
	if (!side->moment.event) {
		fputs(", before anything was allocated", e->out);
		return;
	}
	explain_operation(&side->moment.name, operation, sizeof(operation));
	fprintf(e->out, ", after %s %llu%s%s", side->moment.name.unit, (unsigned long long)side->moment.node,
	       *operation ? ", in " : "", operation);
}

static void print_part(const struct explanation *e, const char *name, uint64_t bytes, uint64_t capacity)
{
	if (bytes)
		fprintf(e->out, "  %-34s %10s %6.1f %%\n", name, b(bytes), percent(bytes, capacity));
}

static void print_l1(const struct explanation *e)
{
	const struct books_usage *usage = &e->l1.moment.usage;
	const struct tt_memstat_figures *chip = &e->l1.moment.chip;
	uint64_t capacity = moment_figure(chip, TT_MEMSTAT_FIG_L1_CAPACITY);
	uint64_t unused = moment_figure(chip, TT_MEMSTAT_FIG_L1_FREE);
	uint64_t shared = usage->cb_used + usage->l1_buffers_used + usage->l1_small_used -
			  usage->l1_used;

	fprintf(e->out, "\nL1 %s used of %s ", b(usage->l1_used), b(capacity));
	print_when(e, &e->l1);
	fputc('\n', e->out);
	print_part(e, "circular buffers", usage->cb_used, capacity);
	print_part(e, "tensors", usage->l1_buffers_used, capacity);
	print_part(e, "L1_SMALL", usage->l1_small_used, capacity);
	print_part(e, "less: where these lie on each other", shared, capacity);
	print_part(e, "free", unused, capacity);
	print_part(e, "reserved (firmware, other cores)", capacity - usage->l1_used - unused, capacity);
}

static int print_shares(const struct explanation *e, const struct explain_side *side,
			uint64_t used, const char *bank)
{
	const struct shares *shares = &side->shares;
	size_t top = e->request->top ? e->request->top : shares->count;
	uint64_t rest = 0;
	char who[EXPLAIN_WHO];

	if (!shares->count)
		return 0;
	fprintf(e->out, "  %10s %10s %5s  %s\n", "held", bank, "on", "by");
	for (size_t i = 0; i < shares->count; i++) {
		const struct share *share = &shares->items[i];

		if (i >= top) {
			rest += share->bytes;
			continue;
		}
		explain_who(&side->moment, share, who, sizeof(who));
		fprintf(e->out, "  %10s %10s %5u  %s\n", b(share->bytes), b(share->most), share->banks, who);
	}
	if (rest)
		fprintf(e->out, "  %10s %10s %5s  %zu more (--top)\n", b(rest), "", "", shares->count - top);
	if (shares->bytes != used)
		fprintf(e->out, "  %10s %10s %5s  less: where these lie on each other\n",
		       b(shares->bytes - used), "", "");
	fprintf(e->out, "  %10s %10s %5s  = %llu bytes used\n", b(used), "", "", (unsigned long long)used);
	return 0;
}

static void print_dram(const struct explanation *e)
{
	const struct books_usage *usage = &e->dram.moment.usage;
	uint64_t capacity = moment_figure(&e->dram.moment.chip, TT_MEMSTAT_FIG_DRAM_CAPACITY);

	fprintf(e->out, "\nDRAM %s used of %s", b(usage->dram_used), b(capacity));
	if (usage->dram_used) {
		fputc(' ', e->out);
		print_when(e, &e->dram);
	}
	fputc('\n', e->out);
}

static void print_piece(const struct explanation *e, const struct piece *piece)
{
	const struct moment *moment = &e->l1.moment;
	const struct holder *holder = &moment->holders[piece->holder];
	const struct share share = { .first = piece->holder, .count = 1 };
	char who[EXPLAIN_WHO] = "";

	switch (piece->kind) {
	case PIECE_FREE:
		snprintf(who, sizeof(who), "free");
		break;
	case PIECE_BASE:
		snprintf(who, sizeof(who), "reserved: firmware, kernels");
		break;
	case PIECE_SMALL:
		snprintf(who, sizeof(who), "free in L1_SMALL");
		break;
	case PIECE_END:
		snprintf(who, sizeof(who), "reserved");
		break;
	default:
		explain_who(moment, &share, who, sizeof(who));
	}
	fprintf(e->out, "  0x%06llx %10s  %s", (unsigned long long)piece->from, b(piece->to - piece->from),
	       who);
	if (piece->others)
		fprintf(e->out, " (and %zu more there)", piece->others);
	if (piece->kind == PIECE_HELD && holder->view)
		fputs(" (view)", e->out);
	fputc('\n', e->out);
}

/* Low addresses first. The middle of a long map is one line. */
static void print_core(const struct explanation *e)
{
	const struct pieces *core = &e->core;
	uint64_t used = e->l1.moment.core[e->core_y][e->core_x], middle = 0;
	size_t head = core->count > MAP_LINES ? MAP_LINES / 2 : core->count;
	size_t tail = core->count > MAP_LINES ? core->count - MAP_LINES / 2 : core->count;

	fprintf(e->out, "\n%s %u,%u: %s used, %s between circular buffers and tensors\n",
	       e->request->core ? "Core" : "Fullest core", e->core_x, e->core_y, b(used),
	       b(explain_headroom(e)));
	for (size_t i = 0; i < core->count; i++) {
		const struct piece *piece = &core->items[i];

		if (i < head || i >= tail || e->request->top == 0)
			print_piece(e, piece);
		else
			middle += piece->to - piece->from;
		if (i + 1 == tail && tail > head && e->request->top)
			fprintf(e->out, "  %8s %10s  %zu pieces more (--top 0)\n", "...", b(middle),
			       tail - head);
	}
	fprintf(e->out, "  0x%06llx             end\n", (unsigned long long)e->history.layout.l1_bytes);
}

static void print_blocks(const struct explanation *e, const char *what, const struct free_blocks *blocks)
{
	if (blocks->blocks <= 1)
		fprintf(e->out, "  %-26s %s free in one block\n", what, b(blocks->bytes));
	else
		fprintf(e->out, "  %-26s %s free in %zu blocks, the largest %s at 0x%llx: %.1f %% of it\n",
		       what, b(blocks->bytes), blocks->blocks, b(blocks->largest),
		       (unsigned long long)blocks->at, percent(blocks->largest, blocks->bytes));
}

static void print_fragmentation(const struct explanation *e)
{
	fputs("\nFragmentation, as the allocator sees it\n", e->out);
	print_blocks(e, "L1, on each worker core:", &e->l1.blocks);
	print_blocks(e, "DRAM, in each bank:", &e->dram.blocks);
}

/* Holders at the misfit that free most, relative to their size. */
static void print_remedies(const struct explanation *e, const struct plan_misfit *misfit)
{
	const struct layout *layout = &e->history.layout;
	uint32_t workers = layout->worker_x * layout->worker_y;
	uint64_t missing = misfit->what.need - misfit->what.have;
	uint64_t top = layout->l1_end - layout->l1_small;
	struct shares shares;
	size_t printed = 0;
	char who[EXPLAIN_WHO];

	if (misfit->what.outside || shares_of(&e->misfit, misfit->what.dram ?
					      TT_MEMSTAT_SPACE_DRAM : TT_MEMSTAT_SPACE_L1, &shares))
		return;
	for (size_t i = 0; i < shares.count && printed < WAYS; i++) {
		const struct share *share = &shares.items[i];
		const struct holder *holder = &e->misfit.holders[share->first];
		uint64_t cores = holder->name.cores, spread;

		if (holder->pool == TT_MEMSTAT_POOL_CB ||
		    (!misfit->what.dram && holder->address >= top))
			continue;
		explain_who(&e->misfit, share, who, sizeof(who));
		fprintf(e->out, "    %s %10s%s: %s\n", "deallocating gives", b(share->most),
		       share->most >= missing ? ", enough" : "", who);
		spread = cores ? (holder->size * cores + workers - 1) / workers : 0;
		if (cores && cores < workers && !misfit->what.dram)
			fprintf(e->out, "      on all %u cores its shard would be %s smaller\n", workers,
			       b(holder->size - spread));
		printed++;
	}
	if (!printed && !misfit->what.dram)
		fputs("    no tensor is in the way: smaller circular buffers are needed (smaller blocks, fewer\n"
		      "    buffers in flight)\n", e->out);
	shares_release(&shares);
}

static void print_misfits(const struct explanation *e)
{
	const struct plan *plan = e->plan;
	char text[CLI_ERROR_LEN], last[CLI_ERROR_LEN] = "", operation[EXPLAIN_WHO];
	size_t printed = 0;

	if (!plan || !plan->misfit_count)
		return;
	fprintf(e->out, "\nDoes not fit: %zu\n", plan->misfit_count);
	for (size_t i = 0; i < plan->misfit_count && printed < MISFITS; i++) {
		const struct plan_misfit *misfit = &plan->misfits[i];
		struct feed_name name;

		replay_describe_misfit(&misfit->what, text, sizeof(text));
		if (!strcmp(text, last))
			continue;
		memcpy(last, text, sizeof(last));
		e->history.feed.ops->where(e->history.feed.of, misfit->node, &name);
		explain_operation(&name, operation, sizeof(operation));
		fprintf(e->out, "  node %zu%s%s\n    ", misfit->node, *operation ? ", in " : "", operation);
		if (misfit->what.outside)
			fprintf(e->out, "core %u,%u is not on the chip\n", misfit->what.x, misfit->what.y);
		else if (misfit->what.dram)
			fprintf(e->out, "%s too much: needs %s of %s in each bank\n",
			       b(misfit->what.need - misfit->what.have), b(misfit->what.need),
			       b(misfit->what.have));
		else
			fprintf(e->out, "%s too much on core %u,%u: needs %s of %s\n",
			       b(misfit->what.need - misfit->what.have), misfit->what.x,
			       misfit->what.y, b(misfit->what.need), b(misfit->what.have));
		if (!printed++)
			print_remedies(e, misfit);
	}
}

static void print_error(const struct explanation *e)
{
	char text[EXPLAIN_WHO];

	for (size_t i = 0; e->capture && i < e->capture->count; i++) {
		const struct capture_node *node = &e->capture->nodes[i];

		if (node->kind != CAPTURE_ERROR || !node->name)
			continue;
		snprintf(text, sizeof(text), "%.*s", (int)strcspn(node->name, "\n"), node->name);
		ttmemstat_sanitize(text, sizeof(text), text);
		fprintf(e->out, "\nThe run ended at node %zu: %s\n", i, text);
		return;
	}
}

static void print_need(const struct explanation *e)
{
	const struct need *need = &e->need;
	const struct pieces *pieces = &e->need_pieces;
	const struct moment *moment = e->request->need_pool == TT_MEMSTAT_POOL_DRAM ?
					      &e->dram.moment : &e->l1.moment;
	const char *bank = e->request->need_pool == TT_MEMSTAT_POOL_DRAM ? "bank" : "core";
	char who[EXPLAIN_WHO];

	if (!e->request->need)
		return;
	fprintf(e->out, "\n%s on each %s in %s: ", b(need->bytes), bank,
	       explain_pool_name(e->request->need_pool));
	if (need->fits) {
		fprintf(e->out, "fits at 0x%llx; the largest free block is %s\n",
		       (unsigned long long)need->at, b(need->blocks.largest));
		return;
	}
	fprintf(e->out, "does not fit: %s free, the largest block %s\n", b(need->blocks.bytes),
	       b(need->blocks.largest));
	if (!need->possible) {
		fputs("  not even with all of it free\n", e->out);
		return;
	}
	fprintf(e->out, "  least in the way: %s, which give a block of %s at 0x%llx\n", b(need->way.held),
	       b(need->way.bytes), (unsigned long long)need->way.from);
	for (size_t i = need->way.first; i <= need->way.last; i++) {
		const struct piece *piece = &pieces->items[i];
		const struct share share = { .first = piece->holder, .count = 1 };

		if (piece->kind != PIECE_HELD)
			continue;
		explain_who(moment, &share, who, sizeof(who));
		fprintf(e->out, "  0x%06llx %10s  %s; alone gives %s\n", (unsigned long long)piece->from,
		       b(piece->to - piece->from), who, b(need_alone(pieces, i)));
	}
}

static void print_scopes(const struct explanation *e)
{
	const struct feed *feed = &e->history.feed;
	const struct scopes *scopes = feed->ops->scopes ? feed->ops->scopes(feed->of) : NULL;
	size_t shown = scopes ? scopes->count : 0;

	if (!shown)
		return;
	if (e->request->top && shown > e->request->top)
		shown = e->request->top;
	fprintf(e->out, "\nScopes, and the most that was used in them\n  %10s %10s %10s  scope\n", "L1",
		"DRAM", "times");
	for (size_t i = 0; i < shown; i++) {
		const struct scope *scope = &scopes->items[i];
		char name[EXPLAIN_WHO];

		ttmemstat_sanitize(name, sizeof(name), scope->name);
		fprintf(e->out, "  %10s %10s %10llu  %s\n", b(scope->l1), b(scope->dram),
			(unsigned long long)scope->calls, name);
	}
	if (shown < scopes->count)
		fprintf(e->out, "  %10s %10s %10s  %zu more (--top)\n", "", "", "",
			scopes->count - shown);
}

int explain_text(const struct explanation *of, FILE *out)
{
	struct explanation to = *of;
	const struct explanation *e = &to;

	to.out = out;
	print_head(e);
	print_l1(e);
	print_shares(e, &e->l1, e->l1.moment.usage.l1_used, "per core");
	print_core(e);
	print_dram(e);
	print_shares(e, &e->dram, e->dram.moment.usage.dram_used, "per bank");
	print_fragmentation(e);
	print_scopes(e);
	print_misfits(e);
	print_error(e);
	print_need(e);
	return 0;
}
