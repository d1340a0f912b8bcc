// SPDX-License-Identifier: GPL-2.0-only
/* Judge the facts about a host. This file has no side effects. */
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

/* Add a finding; never returns NULL. */
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

/* Add a finding about the node; returns whether the node is usable. */
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
		find(judge, DOCTOR_OK, check, subject, "%s is accessible to all users", node->path);
		return true;
	}
	advise(find(judge, DOCTOR_TODO, check, subject, "%s is not accessible to all users%s", node->path,
		    node->mine ? "" : ", nor to you"), "%s", mode);
	return node->mine;
}

/* Cores and DRAM may be known independently of each other. */
static void judge_geometry(struct judge *judge, const struct ttmemstat_chip *chip)
{
	const bool cores = ttmemstat_figure(&chip->figures, TT_MEMSTAT_FIG_L1_CAPACITY, NULL);
	const bool dram = ttmemstat_figure(&chip->figures, TT_MEMSTAT_FIG_DRAM_CAPACITY, NULL);
	uint64_t conflicts = 0, clients = 0;

	ttmemstat_figure(&chip->figures, TT_MEMSTAT_FIG_CLIENTS, &clients);
	if (!cores || !dram)
		advise(find(judge, DOCTOR_TODO, "geometry", chip->name, "%s%s",
			    cores ? "its DRAM is unknown" : dram ? "its cores are unknown" :
				    "its cores and DRAM are unknown",
			    clients ? ", or the runtimes on it do not agree" : ""),
		       "tt-memstat import --discover --save /etc/tt-memstat/discovered.yaml, which "
		       "is imported at each boot, or import a cluster descriptor");
	else
		find(judge, DOCTOR_OK, "geometry", chip->name, "known (%s)",
		     *chip->geometry_source ? chip->geometry_source : "unknown source");
	ttmemstat_figure(&chip->figures, TT_MEMSTAT_FIG_GEOMETRY_CONFLICTS, &conflicts);
	if (conflicts)
		advise(find(judge, DOCTOR_TODO, "geometry", chip->name,
			    "runtimes reported another geometry %llu times",
			    (unsigned long long)conflicts),
		       "tt-memstat import --discover, or tt-memstat forget %s",
		       chip->name);
}

/* Board types are compared by their first four characters: p150b is a p150. */
static bool is_other_type(const char *one, const char *other)
{
	return *one && *other && strncasecmp(one, other, 4) &&
	       strchr("np", *one) && strchr("np", *other);
}

static bool has_two_chips(const char *board)
{
	return !strncasecmp(board, "n300", 4) || !strncasecmp(board, "p300", 4);
}

/* The local chip through which a remote one is reached; NULL: none. */
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
 * Find imports that contradict the board that tt-kmd reports. A remote chip is compared with its
 * gateway's board only if boards of that type have two chips; other gateways may lead to any board.
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
			    "the import describes board 0x%llx, but the card is 0x%llx: its geometry is unknown",
			    (unsigned long long)chip->board_id,
			    (unsigned long long)card->card_serial),
		       "tt-memstat import --discover, or tt-memstat forget %s", chip->name);
	else if (is_other_type(chip->board, card->card_type))
		advise(find(judge, DOCTOR_TODO, "board", chip->name,
			    "the import describes a %s, but the card is a %s: its geometry is unknown",
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
				    "an import created it, but %s contradicts it: %s",
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
			    "%llu events were lost: figures are too low",
			    (unsigned long long)dropped),
		       "raise the limits (/sys/module/tt_memstat/parameters/) and restart the "
		       "processes that tt-smi marks");
	}
	value = 0;
	ttmemstat_figure(&chip->figures, TT_MEMSTAT_FIG_REJECTED, &value);
	if (value)
		find(judge, DOCTOR_NOTE, "events", chip->name,
		     "%llu events were refused: a runtime's reports contradict each other",
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
			    "it has no driver tenstorrent: no runtime can use it"),
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
			    "the module does not know this card"),
		       "without clients, rmmod tt_memstat and modprobe tt_memstat; if that does not "
		       "help, this release does not support the card's arch");
}

/* Monitors map no hugepages; programs that run work on a card do, unless there is an IOMMU. */
static bool is_onlooker(const struct doctor_holder *holder)
{
	return holder->onlooker && !holder->hugepages && !holder->reporter;
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
		find(judge, DOCTOR_NOTE, "holders", subject, "has the card open to monitor it");
		return;
	}
	if (holder->reporter)
		advise(find(judge, DOCTOR_TODO, "reporter", subject,
			    "runs under the reporter, but reports nothing"),
		       "unset TT_METAL_SHM_TRACKING_DISABLED and TT_MEMSTAT_DISABLED for it; the "
		       "reporter prints its own errors to the standard error of the process");
	else
		advise(find(judge, DOCTOR_TODO, "holders", subject,
			    "has the card open and reports nothing%s",
			    holder->unreadable ? " (only its user and root see whether it has the reporter)"
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
