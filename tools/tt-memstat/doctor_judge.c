// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the facts about a host mean, and what to do.
 *
 * Pure: does not know where the facts come from, nor how findings are shown.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "doctor.h"

struct judge {
	const struct doctor_facts *facts;
	struct doctor_findings *out;
	bool failed;
};

/* The finding, to be given an advice; never NULL. */
__attribute__((format(printf, 5, 6)))
static struct doctor_finding *find(struct judge *judge, enum doctor_verdict verdict,
				   const char *check, const char *subject, const char *format, ...)
{
	static struct doctor_finding nowhere;
	struct doctor_findings *out = judge->out;
	struct doctor_finding *grown = realloc(out->list, (out->count + 1) * sizeof(*grown));
	va_list args;

	if (!grown) {
		judge->failed = true;
		return &nowhere;
	}
	out->list = grown;
	grown += out->count++;
	memset(grown, 0, sizeof(*grown));
	grown->verdict = verdict;
	grown->check = check;
	ttmemstat_sanitize(grown->subject, sizeof(grown->subject), subject);
	va_start(args, format);
	vsnprintf(grown->what, sizeof(grown->what), format, args);
	va_end(args);
	return grown;
}

__attribute__((format(printf, 2, 3)))
static void advise(struct doctor_finding *finding, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(finding->advice, sizeof(finding->advice), format, args);
	va_end(args);
}

static void judge_module(struct judge *judge)
{
	const struct doctor_facts *facts = judge->facts;

	if (!facts->loaded) {
		advise(find(judge, DOCTOR_TODO, "module", "", "tt_memstat is not loaded"),
		       "modprobe tt_memstat; if there is none for this kernel, see dkms status");
		return;
	}
	find(judge, DOCTOR_OK, "module", "", "tt_memstat %s is loaded", facts->module);
	if (strcmp(facts->module, facts->library))
		advise(find(judge, DOCTOR_TODO, "versions", "",
			    "the module is %s, the library %s",
			    *facts->module ? facts->module : "unknown", facts->library),
		       "install both of one release; then, without clients, rmmod tt_memstat and "
		       "modprobe tt_memstat");
	else
		find(judge, DOCTOR_OK, "versions", "", "module and library are %s",
		     facts->library);
}

static void judge_environment(struct judge *judge)
{
	if (judge->facts->disabled)
		advise(find(judge, DOCTOR_TODO, "environment", "",
			    "TT_MEMSTAT_DISABLED is set: programs started here report nothing"),
		       "unset TT_MEMSTAT_DISABLED");
}

/* Whether the node can be used at all; what is wrong with it has been said. */
static bool judge_node(struct judge *judge, const char *check, const char *subject,
		       const struct doctor_node *node, const char *missing, const char *mode)
{
	if (!node->present) {
		advise(find(judge, DOCTOR_TODO, check, subject, "%s is not there", node->path),
		       "%s", missing);
		return false;
	}
	if (!node->device) {
		advise(find(judge, DOCTOR_TODO, check, subject,
			    "%s is not the device that the kernel has under this name",
			    node->path), "%s", missing);
		return false;
	}
	if (node->open_to_all) {
		find(judge, DOCTOR_OK, check, subject, "%s is there for everybody", node->path);
		return true;
	}
	advise(find(judge, DOCTOR_TODO, check, subject, "%s is not open to all%s", node->path,
		    node->mine ? "" : ", nor to you"), "%s", mode);
	return node->mine;
}

/* The two sides of a chip are known or not by themselves. */
static void judge_geometry(struct judge *judge, const struct ttmemstat_chip *chip)
{
	const bool cores = ttmemstat_figure(&chip->figures, TT_MEMSTAT_FIG_L1_CAPACITY, NULL);
	const bool dram = ttmemstat_figure(&chip->figures, TT_MEMSTAT_FIG_DRAM_CAPACITY, NULL);
	uint64_t conflicts = 0, clients = 0;

	ttmemstat_figure(&chip->figures, TT_MEMSTAT_FIG_CLIENTS, &clients);
	if (!cores || !dram)
		advise(find(judge, DOCTOR_TODO, "geometry", chip->name, "%s%s",
			    cores ? "its DRAM is unknown" : dram ? "its cores are unknown" :
				    "nobody has told what the chip has",
			    clients ? ", or the runtimes on it do not agree" : ""),
		       "tt-memstat import --discover --save /etc/tt-memstat/discovered.yaml, which "
		       "is imported at each boot, or import a cluster descriptor");
	else
		find(judge, DOCTOR_OK, "geometry", chip->name, "known (%s)",
		     *chip->geometry_source ? chip->geometry_source : "unknown source");
	ttmemstat_figure(&chip->figures, TT_MEMSTAT_FIG_GEOMETRY_CONFLICTS, &conflicts);
	if (conflicts)
		advise(find(judge, DOCTOR_TODO, "geometry", chip->name,
			    "runtimes saw another geometry, %llu times",
			    (unsigned long long)conflicts),
		       "tt-memstat import --discover, or tt-memstat forget %s",
		       chip->name);
}

/* Types of boards that are told apart by how they begin, such as p150 and p150b. */
static bool is_other_type(const char *one, const char *other)
{
	return *one && *other && strncasecmp(one, other, 4) &&
	       strchr("np", *one) && strchr("np", *other);
}

static bool has_two_chips(const char *board)
{
	return !strncasecmp(board, "n300", 4) || !strncasecmp(board, "p300", 4);
}

/* The chip with the PCI function, of a remote one; NULL: none. */
static const struct ttmemstat_chip *gateway_of(const struct judge *judge,
					       const struct ttmemstat_chip *remote)
{
	const struct ttmemstat_chip_list *chips = &judge->facts->chips;

	for (size_t i = 0; i < chips->count; i++)
		if (chips->chips[i]->kind == TTMEMSTAT_KIND_LOCAL &&
		    !strcmp(chips->chips[i]->pci, remote->pci))
			return chips->chips[i];
	return NULL;
}

/*
 * Whether an import says of a chip what is of another board than its card is now by tt-kmd. Boards
 * of two chips are whole behind one function; others may have any board behind them.
 */
static void judge_board(struct judge *judge, const struct ttmemstat_chip *chip)
{
	const struct ttmemstat_chip *card = chip;

	if (strcmp(chip->geometry_source, "admin"))
		return;
	if (chip->kind == TTMEMSTAT_KIND_REMOTE)
		card = has_two_chips(chip->board) ? gateway_of(judge, chip) : NULL;
	if (!card)
		return;
	if (card->card_serial && chip->board_id && card->card_serial != chip->board_id)
		advise(find(judge, DOCTOR_TODO, "board", chip->name,
			    "an import says board 0x%llx, the card is 0x%llx: what it has is not known",
			    (unsigned long long)chip->board_id,
			    (unsigned long long)card->card_serial),
		       "tt-memstat import --discover, or tt-memstat forget %s", chip->name);
	else if (is_other_type(chip->board, card->card_type))
		advise(find(judge, DOCTOR_TODO, "board", chip->name,
			    "an import says %s, the card is a %s: what it has is not known",
			    chip->board, card->card_type),
		       "tt-memstat import --discover, or tt-memstat forget %s", chip->name);
}

static void judge_kept(struct judge *judge)
{
	const struct doctor_facts *facts = judge->facts;

	for (size_t i = 0; i < facts->kept_count; i++) {
		const struct doctor_kept *kept = &facts->kept[i];
		const char *chip = kept->chip == DOCTOR_NO_CHIP ? NULL :
				   facts->chips.chips[kept->chip]->name;

		if (!chip)
			advise(find(judge, DOCTOR_TODO, "kept", kept->file,
				    "it cannot be imported: %s", kept->why),
			       "tt-memstat import --discover --save %s", kept->file);
		else
			advise(find(judge, DOCTOR_TODO, "kept", chip,
				    "an import made it, and %s says otherwise: %s",
				    kept->file, kept->why),
			       "tt-memstat forget %s, or tt-memstat import %s", chip, kept->file);
	}
}

static void judge_events(struct judge *judge, const struct ttmemstat_chip *chip)
{
	uint64_t value = 0;

	ttmemstat_figure(&chip->figures, TT_MEMSTAT_FIG_INCONSISTENT, &value);
	if (value) {
		uint64_t dropped = 0;

		ttmemstat_figure(&chip->figures, TT_MEMSTAT_FIG_DROPPED, &dropped);
		advise(find(judge, DOCTOR_TODO, "events", chip->name,
			    "%llu events were lost: figures are short",
			    (unsigned long long)dropped),
		       "raise the limits (/sys/module/tt_memstat/parameters/) and restart the "
		       "processes that tt-smi marks");
	}
	value = 0;
	ttmemstat_figure(&chip->figures, TT_MEMSTAT_FIG_REJECTED, &value);
	if (value)
		find(judge, DOCTOR_NOTE, "events", chip->name,
		     "%llu events were refused: a runtime reports what cannot be",
		     (unsigned long long)value);
}

static void judge_chip(struct judge *judge, size_t n)
{
	const struct ttmemstat_chip *chip = judge->facts->chips.chips[n];
	const struct doctor_node *node = &judge->facts->nodes[n];

	judge_geometry(judge, chip);
	judge_board(judge, chip);
	if (chip->kind == TTMEMSTAT_KIND_LOCAL && !*node->path)
		advise(find(judge, DOCTOR_TODO, "kmd", chip->name,
			    "no driver tenstorrent on it: no runtime can use it"),
		       "modprobe tenstorrent; dmesg tells why a card is left alone");
	else if (chip->kind == TTMEMSTAT_KIND_LOCAL)
		judge_node(judge, "kmd", chip->name, node,
			   "in a container: --device /dev/tenstorrent; else udevadm trigger",
			   "install tt-kmd's udev rules: the node is proof of who may report");
	judge_events(judge, chip);
}

static void judge_strays(struct judge *judge)
{
	for (size_t i = 0; i < judge->facts->stray_count; i++)
		advise(find(judge, DOCTOR_TODO, "kmd", judge->facts->strays[i],
			    "a card that the module does not have"),
		       "without clients, rmmod tt_memstat and modprobe tt_memstat; a card that "
		       "stays away is of an arch that this release does not know");
}

/* A program that runs something has hugepages, unless there is an IOMMU. */
static bool is_onlooker(const struct doctor_holder *holder)
{
	return holder->monitor && !holder->hugepages && !holder->reporter;
}

static void judge_holder(struct judge *judge, const struct doctor_holder *holder)
{
	const struct ttmemstat_chip *chip = judge->facts->chips.chips[holder->chip];
	char subject[96];

	if (!holder->pid) {
		snprintf(subject, sizeof(subject), "%s: a process of another pid namespace",
			 chip->name);
		advise(find(judge, DOCTOR_TODO, "holders", subject,
			    "has the card open and reports nothing"),
		       "run tt-memstat doctor where it is visible, or on the host");
		return;
	}
	snprintf(subject, sizeof(subject), "%s: pid %d%s%s", chip->name, holder->pid,
		 *holder->name ? " " : "", holder->name);
	if (is_onlooker(holder)) {
		find(judge, DOCTOR_NOTE, "holders", subject, "has the card open to look at it");
		return;
	}
	if (holder->reporter)
		advise(find(judge, DOCTOR_TODO, "reporter", subject,
			    "has the reporter, and reports nothing"),
		       "TT_METAL_SHM_TRACKING_DISABLED and TT_MEMSTAT_DISABLED must not be set "
		       "for it; what the reporter says of itself is on its standard error");
	else
		advise(find(judge, DOCTOR_TODO, "holders", subject,
			    "has the card open and reports nothing%s",
			    holder->unreadable ? " (whether it has the reporter: only its user sees)"
					       : ""),
		       "start it by tt-memstat run -- COMMAND, or report from its runtime");
}

static void judge_holders(struct judge *judge)
{
	const struct doctor_facts *facts = judge->facts;
	size_t silent = 0, reporting = 0;

	for (size_t i = 0; i < facts->holder_count; i++) {
		if (facts->holders[i].reports) {
			reporting++;
			continue;
		}
		silent += !is_onlooker(&facts->holders[i]);
		judge_holder(judge, &facts->holders[i]);
	}
	if (facts->procfs && !silent)
		find(judge, DOCTOR_OK, "holders", "",
		     "every process that runs on a card reports (%zu)", reporting);
	if (facts->preloaded)
		find(judge, DOCTOR_NOTE, "reporter", "",
		     "LD_PRELOAD has the reporter: programs started here report their statistics");
}

int doctor_judge(const struct doctor_facts *facts, struct doctor_findings *findings)
{
	struct judge judge = { .facts = facts, .out = findings };

	memset(findings, 0, sizeof(*findings));
	judge_module(&judge);
	judge_environment(&judge);
	if (facts->loaded) {
		judge_node(&judge, "node", "", &facts->node,
			   "in a container: --device /dev/tt_memstat; else udevadm trigger",
			   "install 60-tt_memstat.rules (packaging/udev), or chmod 666 the node");
		for (size_t i = 0; i < facts->chips.count; i++)
			judge_chip(&judge, i);
		if (!facts->chips.count)
			find(&judge, DOCTOR_NOTE, "geometry", "", "there is no chip");
		judge_kept(&judge);
		judge_strays(&judge);
		judge_holders(&judge);
	}
	if (!judge.failed)
		return 0;
	doctor_findings_free(findings);
	return -ENOMEM;
}

void doctor_findings_free(struct doctor_findings *findings)
{
	free(findings->list);
	memset(findings, 0, sizeof(*findings));
}
