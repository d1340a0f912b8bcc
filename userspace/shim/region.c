// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The region of tt-metal's statistics of one chip: offsets and what they mean. Pure.
 */
#include <errno.h>
#include <string.h>

#include "region.h"

#define AT_VERSION	0
#define AT_USERS	16
#define AT_DEVICE	40
#define AT_TOTAL	48
#define AT_CHIPS	88
#define CHIP_SIZE	48
#define CHIP_FIGURES	8	/* behind id and kind */
#define CHIP_NONE	UINT32_MAX
#define AT_SLOTS	856
#define SLOTS		64
#define SLOT_SIZE	120
#define SLOT_FIGURES	8	/* behind the pid */
#define AT_STATE	8536	/* version 4 */
#define STATE_READY	0x52454459u

static uint32_t get32(const unsigned char *image, size_t at)
{
	uint32_t value;

	memcpy(&value, image + at, sizeof(value));
	return value;
}

static void get_figures(const unsigned char *image, size_t at, struct region_figures *figures)
{
	memcpy(figures->bytes, image + at, sizeof(figures->bytes));
}

static bool is_zero(const struct region_figures *figures)
{
	uint64_t any = 0;

	for (int i = 0; i < REGION_POOLS; i++)
		any |= figures->bytes[i];
	return !any;
}

bool region_name(const char *name, uint64_t *unique_id)
{
	static const char head[] = "tt_device_", tail[] = "_memory";
	uint64_t id = 0;

	while (*name == '/')
		name++;
	if (strncmp(name, head, strlen(head)) != 0)
		return false;
	name += strlen(head);
	if (*name < '0' || *name > '9')
		return false;
	for (; *name >= '0' && *name <= '9'; name++)
		if (__builtin_mul_overflow(id, UINT64_C(10), &id) ||
		    __builtin_add_overflow(id, (uint64_t)(*name - '0'), &id))
			return false;
	*unique_id = id;
	return strcmp(name, tail) == 0;
}

/* Chips that nothing was ever reported of are not worth a view. */
static void read_chips(const unsigned char *image, struct region_view *view)
{
	for (size_t i = 0; i < REGION_CHIPS; i++) {
		size_t at = AT_CHIPS + i * CHIP_SIZE;
		struct region_chip *chip = &view->chips[view->chip_count];

		chip->id = get32(image, at);
		if (chip->id == CHIP_NONE || chip->id == view->device_id)
			continue;
		get_figures(image, at + CHIP_FIGURES, &chip->figures);
		view->chip_count += !is_zero(&chip->figures);
	}
}

static void read_slot(const unsigned char *image, pid_t pid, struct region_view *view)
{
	for (size_t i = 0; i < SLOTS; i++) {
		size_t at = AT_SLOTS + i * SLOT_SIZE;

		if (get32(image, at) != (uint32_t)pid)
			continue;
		view->present = true;
		get_figures(image, at + SLOT_FIGURES, &view->slot);
		return;
	}
}

int region_read(const void *image, size_t len, pid_t pid, struct region_view *view)
{
	memset(view, 0, sizeof(*view));
	if (len < REGION_SIZE)
		return -EMSGSIZE;
	view->version = get32(image, AT_VERSION);
	if (!view->version)
		return -EAGAIN;
	if (view->version != REGION_V3 && view->version != REGION_V4)
		return -EPROTONOSUPPORT;
	if (view->version == REGION_V4 && get32(image, AT_STATE) != STATE_READY)
		return -EAGAIN;
	view->device_id = get32(image, AT_DEVICE);
	view->users = get32(image, AT_USERS);
	get_figures(image, AT_TOTAL, &view->total);
	read_chips(image, view);
	read_slot(image, pid, view);
	return 0;
}

/* A child that ends with what it inherited may have counted below zero. */
bool region_in_use(const struct region_view *view)
{
	return view->present || (int32_t)view->users > 0;
}

void region_base_take(struct region_base *base, const struct region_view *view)
{
	base->version = view->version;
	base->figures = view->slot;
}

/* What is below @base is not what the process reported, but what is left of an older figure. */
static uint64_t above(uint64_t value, uint64_t base)
{
	return value > base ? value - base : 0;
}

bool region_own(struct region_base *base, const struct region_view *view,
		struct region_figures *own)
{
	/* Set up anew, or the slot given back: the process starts from zero there. */
	if (base->version != view->version || !view->present)
		memset(&base->figures, 0, sizeof(base->figures));
	base->version = view->version;
	/* Buffers are added to what is there; circular buffers are written over it. */
	if (view->slot.bytes[REGION_CB] != base->figures.bytes[REGION_CB])
		base->figures.bytes[REGION_CB] = 0;
	for (int i = 0; i < REGION_POOLS; i++)
		own->bytes[i] = above(view->slot.bytes[i], base->figures.bytes[i]);
	return view->present;
}

bool region_private(const struct region_view *view, struct region_figures *own)
{
	/* A child that ends with what it inherited resets totals, but not the slot. */
	*own = view->present ? view->slot : view->total;
	for (size_t i = 0; i < view->chip_count; i++)
		for (int pool = 0; pool < REGION_POOLS; pool++)
			own->bytes[pool] = above(own->bytes[pool],
						 view->chips[i].figures.bytes[pool]);
	return region_in_use(view);
}
