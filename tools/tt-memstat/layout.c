// SPDX-License-Identifier: GPL-2.0-only
/*
 * Determine the worker grid and the regions of L1 under the capture's runtime. Sources, in this
 * order: the report's devices, options, the capture's addresses, and the arch's defaults.
 */
#include <errno.h>
#include <string.h>

#include "layout.h"

#define GRANULE			16
#define USUAL_L1_SMALL		32768

const char *layout_source_name(enum layout_source source)
{
	static const char *const names[] = {
		[LAYOUT_REPORT] = "report",
		[LAYOUT_OPTION] = "option",
		[LAYOUT_CAPTURE] = "capture",
		[LAYOUT_ASSUMED] = "assumed",
	};

	return names[source];
}

/* A report may list the mesh and its chips, which agree: take the first device with a grid. */
static const struct capture_device *report_device(const struct capture *capture)
{
	for (size_t i = 0; i < capture->device_count; i++) {
		if (capture->devices[i].compute_x && capture->devices[i].compute_y)
			return &capture->devices[i];
	}
	return capture->device_count ? &capture->devices[0] : NULL;
}

static void overridden(const struct layout_options *options, uint32_t option, const char *name,
		       FILE *notes)
{
	if (options->given & option)
		fprintf(notes, "tt-memstat: --%s not used: the report has its own value\n", name);
}

/* The worker grid has at least the cores that the capture's programs run on. */
static bool widen(const struct capture *capture, const struct layout_chip *chip, uint64_t *x,
		  uint64_t *y)
{
	const uint64_t usual_x = *x, usual_y = *y;

	for (size_t i = 0; i < capture->count; i++) {
		const struct core_ranges *cores = &capture->nodes[i].cores;

		for (size_t k = 0; k < cores->count; k++) {
			const struct core_rect *r = &cores->rects[k];

			/* Cores beyond the chip are reported when buffers are placed. */
			if (r->x1 >= chip->grid_x || r->y1 >= chip->grid_y)
				continue;
			*x = r->x1 >= *x ? r->x1 + 1u : *x;
			*y = r->y1 >= *y ? r->y1 + 1u : *y;
		}
	}
	return *x != usual_x || *y != usual_y;
}

static int decide_grid(const struct capture *capture, const struct capture_device *device,
		       const struct layout_options *options, const struct layout_chip *chip,
		       struct layout *layout, FILE *notes)
{
	uint64_t x = chip->usual_x < chip->grid_x ? chip->usual_x : chip->grid_x;
	uint64_t y = chip->usual_y < chip->grid_y ? chip->usual_y : chip->grid_y;

	layout->grid_source = LAYOUT_ASSUMED;
	if (device && device->compute_x && device->compute_y) {
		layout->grid_source = LAYOUT_REPORT;
		overridden(options, LAYOUT_OPTION_GRID, "grid", notes);
		x = device->compute_x;
		y = device->compute_y;
	} else if (options->given & LAYOUT_OPTION_GRID) {
		layout->grid_source = LAYOUT_OPTION;
		x = options->grid_x;
		y = options->grid_y;
	} else {
		if (widen(capture, chip, &x, &y))
			layout->grid_source = LAYOUT_CAPTURE;
		fprintf(notes, "tt-memstat: worker grid %ux%u assumed%s (--grid)\n",
			(unsigned int)x, (unsigned int)y,
			layout->grid_source == LAYOUT_CAPTURE ? ", as the capture's programs need" : "");
	}
	if (!x || !y || x > chip->grid_x || y > chip->grid_y) {
		fprintf(notes,
			"tt-memstat: worker grid %llux%llu (%s) is not within the chip's %ux%u\n",
			(unsigned long long)x, (unsigned long long)y,
			layout_source_name(layout->grid_source), chip->grid_x, chip->grid_y);
		return -ERANGE;
	}
	layout->worker_x = (uint32_t)x;
	layout->worker_y = (uint32_t)y;
	return 0;
}

/* The lowest address of a circular buffer; 0 if no capture node has one. */
static uint64_t lowest_cb(const struct capture *capture)
{
	uint64_t lowest = 0;

	for (size_t i = 0; i < capture->count; i++) {
		const struct capture_node *node = &capture->nodes[i];

		if (capture_is_program_scope(node) && !node->view &&
		    capture_has_place(node, capture->addressed) && (!lowest || node->address < lowest))
			lowest = node->address;
	}
	return lowest;
}

static void decide_base(const struct capture *capture, const struct capture_device *device,
			const struct layout_options *options, const struct layout_chip *chip,
			struct layout *layout, FILE *notes)
{
	uint64_t lowest = lowest_cb(capture);
	uint64_t reported = device ? device->first_cb_address : 0;

	if (!reported && device)
		reported = device->first_bank_address;
	if (reported) {
		layout->base_source = LAYOUT_REPORT;
		layout->l1_base = reported;
		overridden(options, LAYOUT_OPTION_L1_BASE, "l1-base", notes);
		return;
	}
	if (options->given & LAYOUT_OPTION_L1_BASE) {
		layout->base_source = LAYOUT_OPTION;
		layout->l1_base = options->l1_base;
		return;
	}
	layout->base_source = lowest ? LAYOUT_CAPTURE : LAYOUT_ASSUMED;
	layout->l1_base = lowest ? lowest : chip->usual_l1_base;
	fprintf(notes, "tt-memstat: L1 base %llu assumed%s (--l1-base)\n",
		(unsigned long long)layout->l1_base,
		lowest ? ", the lowest circular buffer" : "");
}

/*
 * Size of L1_SMALL: down to the lowest address of its buffers in the capture or, without addresses,
 * the most that lives at once.
 */
static uint64_t small_need(const struct capture *capture, const struct layout *layout)
{
	uint64_t lowest = layout->l1_end;
	uint64_t live = 0;
	uint64_t most = 0;

	for (size_t i = 0; i < capture->count; i++) {
		const struct capture_node *node = &capture->nodes[i];
		uint64_t bytes;

		if (node->buffer_type != CAPTURE_L1_SMALL)
			continue;
		bytes = layout_per_bank(layout, node);
		if (node->kind == CAPTURE_BUFFER_DEALLOCATE)
			live -= bytes < live ? bytes : live;
		if (node->kind != CAPTURE_BUFFER_ALLOCATE)
			continue;
		if (capture_has_place(node, capture->addressed) && node->address < lowest)
			lowest = node->address;
		if (__builtin_add_overflow(live, bytes, &live))
			live = UINT64_MAX;
		most = live > most ? live : most;
	}
	return capture->addressed >> CAPTURE_L1_SMALL & 1 ? layout->l1_end - lowest : most;
}

static uint64_t report_small(const struct capture_device *device, const struct layout *layout)
{
	uint64_t room = layout->l1_end - layout->l1_base;

	if (!device || layout->base_source != LAYOUT_REPORT || !device->l1_bank_size ||
	    device->l1_bank_size > room)
		return 0;
	return room - device->l1_bank_size;
}

static void decide_small(const struct capture *capture, const struct capture_device *device,
			 const struct layout_options *options, struct layout *layout, FILE *notes)
{
	uint64_t reported = report_small(device, layout);
	uint64_t need = small_need(capture, layout);

	if (reported) {
		layout->small_source = LAYOUT_REPORT;
		layout->l1_small = reported;
		overridden(options, LAYOUT_OPTION_L1_SMALL, "l1-small", notes);
	} else if (options->given & LAYOUT_OPTION_L1_SMALL) {
		layout->small_source = LAYOUT_OPTION;
		layout->l1_small = options->l1_small;
	} else if (need) {
		if (need % GRANULE)
			need += GRANULE - need % GRANULE;
		layout->small_source = LAYOUT_ASSUMED;
		layout->l1_small = need > USUAL_L1_SMALL ? need : USUAL_L1_SMALL;
		fprintf(notes, "tt-memstat: L1_SMALL %llu assumed (--l1-small)\n",
			(unsigned long long)layout->l1_small);
	} else {
		layout->small_source = LAYOUT_CAPTURE;
	}
}

static int check(const struct layout *layout, FILE *notes)
{
	if (layout->l1_base % GRANULE || layout->l1_small % GRANULE || layout->l1_end % GRANULE) {
		fprintf(notes, "tt-memstat: L1 base %llu, end %llu and L1_SMALL %llu must be "
			"multiples of %d\n", (unsigned long long)layout->l1_base,
			(unsigned long long)layout->l1_end, (unsigned long long)layout->l1_small,
			GRANULE);
		return -ERANGE;
	}
	if (layout->l1_base >= layout->l1_end ||
	    layout->l1_small > layout->l1_end - layout->l1_base) {
		fprintf(notes,
			"tt-memstat: L1 base %llu and L1_SMALL %llu do not fit in L1 up to %llu\n",
			(unsigned long long)layout->l1_base, (unsigned long long)layout->l1_small,
			(unsigned long long)layout->l1_end);
		return -ERANGE;
	}
	return 0;
}

int layout_decide(const struct capture *capture, const struct layout_options *options,
		  const struct layout_chip *chip, struct layout *layout, FILE *notes)
{
	const struct capture_device *device = report_device(capture);
	int err;

	memset(layout, 0, sizeof(*layout));
	layout->chip_x = chip->grid_x;
	layout->chip_y = chip->grid_y;
	layout->l1_bytes = chip->l1_bytes;
	layout->dram_bytes = chip->dram_bank_bytes;
	layout->dram_banks = chip->dram_banks;
	layout->dram_align = chip->dram_align;
	layout->l1_end = chip->l1_bytes;
	if (device && device->worker_l1_size) {
		layout->l1_end = device->worker_l1_size;
		if (layout->l1_end > chip->l1_bytes) {
			fprintf(notes, "tt-memstat: the report's L1 of %llu bytes is more than the "
				"chip's %llu\n", (unsigned long long)layout->l1_end,
				(unsigned long long)chip->l1_bytes);
			return -ERANGE;
		}
	}
	err = decide_grid(capture, device, options, chip, layout, notes);
	if (err)
		return err;
	decide_base(capture, device, options, chip, layout, notes);
	if (layout->l1_base >= layout->l1_end)
		return check(layout, notes);
	decide_small(capture, device, options, layout, notes);
	return check(layout, notes);
}

static uint64_t divide_up(uint64_t value, uint64_t by)
{
	return value / by + (value % by != 0);
}

uint64_t layout_per_bank(const struct layout *layout, const struct capture_node *node)
{
	bool dram = node->buffer_type == CAPTURE_DRAM || node->buffer_type == CAPTURE_TRACE;
	uint64_t banks = node->num_cores;
	uint64_t pages;

	if (node->has & CAPTURE_HAS_PER_BANK)
		return node->per_bank;
	if (!banks)
		banks = dram ? layout->dram_banks : (uint64_t)layout->worker_x * layout->worker_y;
	if (!banks)
		banks = 1;
	if (!node->page_size)
		return divide_up(node->size, banks);
	pages = divide_up(divide_up(node->size, node->page_size), banks);
	return __builtin_mul_overflow(pages, node->page_size, &pages) ? UINT64_MAX : pages;
}
