/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TT_VISIBLE_DEVICES, as UMD reads it. The value is a list separated by commas. An integer is an
 * index into the cards that have a node, sorted by PCI address. A token with ':' or '.' is a part
 * of a PCI address. An empty list selects no card. If a token matches no card, UMD's programs fail.
 */
#ifndef SMI_VISIBLE_H
#define SMI_VISIBLE_H

#include "smi.h"
#include "text.h"

/*
 * Set the visible_* members of @s by the variable. @live: ignore cards without a node in /dev, as in a
 * container that has only some of them. Returns 0 or -ENOMEM.
 */
int smi_visible_set(struct smi_snapshot *s, bool live);

/* Whether the variable selects the chip. A remote chip goes with its gateway. */
bool smi_visible(const struct smi_snapshot *s, const struct ttmemstat_chip *chip);

/* Free and drop the chips that it does not select. */
void smi_visible_only(struct smi_snapshot *s);

/* Marks a chip that the variable selects; empty for others, and if it is not set. One column wide. */
const char *smi_visible_mark(const struct smi_snapshot *s, const struct ttmemstat_chip *chip,
			     bool utf8);

/* "✓ TT_VISIBLE_DEVICES=0,2 selects tt0, tt1", with that mark; nothing if it is not set. */
void smi_visible_sentence(const struct smi_snapshot *s, bool utf8, struct smi_text *out);

#endif
