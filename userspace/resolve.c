// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Find the chip of a runtime's device, by unique id, board, open nodes or gateway.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"
#include "nodes.h"

#define DEVICE_FLAGS	(TTMEMSTAT_DEVICE_LOCATION | TTMEMSTAT_DEVICE_REMOTE | \
			 TTMEMSTAT_DEVICE_UNIQUE_ID | TTMEMSTAT_DEVICE_CHIP)

/**
 * struct scene - the chips of the host, and the nodes that the process has open
 * @chips: all chips
 * @nodes: open nodes, sorted by PCI address
 * @count: of @nodes
 */
struct scene {
	struct ttmemstat_chip_list chips;
	struct ttmemstat_node *nodes;
	size_t count;
};

/* Result: @chip, or with @remote the chip behind it. */
struct finding {
	const struct ttmemstat_chip *chip;
	int by;
	bool remote;
};

static int read_scene(struct scene *scene, const struct ttmemstat_resolve_roots *roots)
{
	const char *sysfs = roots->sysfs ? roots->sysfs : "/sys";
	struct ttmemstat_reader *reader;
	int error;

	error = ttmemstat_reader_new(&reader, sysfs);
	if (error)
		return error;
	error = ttmemstat_reader_chips(reader, 0, &scene->chips);
	ttmemstat_reader_free(reader);
	if (error)
		return error;
	error = ttmemstat_nodes_open(sysfs, roots->fds ? roots->fds : "/proc/self/fd",
				     &scene->nodes, &scene->count);
	if (error)
		ttmemstat_chip_list_free(&scene->chips);
	return error;
}

static void free_scene(struct scene *scene)
{
	ttmemstat_chip_list_free(&scene->chips);
	free(scene->nodes);
}

/* The descriptor that proves access to a chip; for a remote chip, its gateway's. */
static int proof_of(const struct scene *scene, const struct ttmemstat_chip *chip)
{
	size_t i;

	for (i = 0; i < scene->count; i++)
		if (!strcmp(scene->nodes[i].pci, chip->pci))
			return scene->nodes[i].fd;
	return -1;
}

static bool is_chip(const struct ttmemstat_chip *chip, const struct ttmemstat_device *device)
{
	return chip->n == device->chip;
}

static bool has_unique_id(const struct ttmemstat_chip *chip, const struct ttmemstat_device *device)
{
	return device->unique_id && chip->unique_id == device->unique_id;
}

/*
 * If a descriptor has no ids, UMD numbers the chips, shifted by 32 bits. The first chip then has id
 * 0, which is a valid id of a virtual chip.
 */
static bool has_id_0(const struct ttmemstat_chip *chip, const struct ttmemstat_device *device)
{
	(void)device;
	return chip->kind == TTMEMSTAT_KIND_VIRTUAL && !chip->unique_id;
}

/* Board ids count only for chips without a unique id. */
static bool has_board_id(const struct ttmemstat_chip *chip, const struct ttmemstat_device *device)
{
	if (!chip->board_id || chip->unique_id)
		return false;
	if (chip->board_id == device->unique_id)
		return true;
	return chip->board_id == device->board_id &&
	       (!(device->flags & TTMEMSTAT_DEVICE_LOCATION) ||
		chip->asic_location == TTMEMSTAT_LOCATION_UNKNOWN ||
		chip->asic_location == device->asic_location);
}

/*
 * Find the only match. Chips that the process has open take precedence: a process that opens
 * hardware does not mean a virtual copy of it.
 */
static int find(const struct scene *scene, const struct ttmemstat_device *device,
		bool (*matches)(const struct ttmemstat_chip *chip,
				const struct ttmemstat_device *device),
		const struct ttmemstat_chip **found)
{
	const struct ttmemstat_chip *open = NULL, *virtual = NULL;
	unsigned int opens = 0, virtuals = 0, others = 0;
	size_t i;

	for (i = 0; i < scene->chips.count; i++) {
		const struct ttmemstat_chip *chip = scene->chips.chips[i];

		if (!matches(chip, device))
			continue;
		if (chip->kind == TTMEMSTAT_KIND_VIRTUAL) {
			virtual = chip;
			virtuals++;
		} else if (proof_of(scene, chip) >= 0) {
			open = chip;
			opens++;
		} else {
			others++;
		}
	}
	if (opens > 1 || (!opens && virtuals > 1))
		return -ENOTUNIQ;
	if (!opens && !virtuals)
		return others ? -EPERM : -ENODEV;
	*found = open ? open : virtual;
	return 0;
}

static int by_identity(const struct scene *scene, const struct ttmemstat_device *device,
		       struct finding *finding)
{
	int error = find(scene, device, has_unique_id, &finding->chip);

	finding->by = TTMEMSTAT_BY_UNIQUE_ID;
	if (error == -ENODEV) {
		error = find(scene, device, has_board_id, &finding->chip);
		finding->by = TTMEMSTAT_BY_BOARD_ID;
	}
	if (error == -ENODEV && !device->unique_id && (device->flags & TTMEMSTAT_DEVICE_UNIQUE_ID)) {
		error = find(scene, device, has_id_0, &finding->chip);
		finding->by = TTMEMSTAT_BY_UNIQUE_ID;
	}
	return error;
}

/* Some ids change with a chip's links, so a single open node overrides them. */
static bool contradicts(const struct scene *scene, const struct ttmemstat_chip *chip,
			const struct ttmemstat_device *device)
{
	return scene->count > 1 && device->unique_id && chip->unique_id &&
	       chip->unique_id != device->unique_id && chip->board_id != device->unique_id;
}

static int by_node(const struct scene *scene, const struct ttmemstat_device *device,
		   struct finding *finding)
{
	const struct ttmemstat_node *node;
	size_t i;

	if ((device->flags & TTMEMSTAT_DEVICE_REMOTE) || device->runtime_id < 0 ||
	    (size_t)device->runtime_id >= scene->count)
		return -ENODEV;
	node = &scene->nodes[device->runtime_id];
	for (i = 0; i < scene->chips.count; i++) {
		const struct ttmemstat_chip *chip = scene->chips.chips[i];

		if (chip->kind != TTMEMSTAT_KIND_LOCAL || strcmp(chip->pci, node->pci) != 0)
			continue;
		if (contradicts(scene, chip, device))
			return -ENODEV;
		finding->chip = chip;
		finding->by = TTMEMSTAT_BY_NODE;
		return 0;
	}
	return -ENODEV;
}

/* The only known remote chip behind a gateway; NULL: none, or several. */
static const struct ttmemstat_chip *only_behind(const struct scene *scene,
						const struct ttmemstat_chip *gateway)
{
	const struct ttmemstat_chip *only = NULL;
	size_t i;

	for (i = 0; i < scene->chips.count; i++) {
		const struct ttmemstat_chip *chip = scene->chips.chips[i];

		if (chip->kind != TTMEMSTAT_KIND_REMOTE || strcmp(chip->pci, gateway->pci) != 0)
			continue;
		if (only)
			return NULL;
		only = chip;
	}
	return only;
}

static int by_gateway(const struct scene *scene, const struct ttmemstat_device *device,
		      struct finding *finding)
{
	const struct ttmemstat_device gateway = {
		.size = sizeof(gateway),
		.runtime_id = device->gateway_id,
		.unique_id = device->gateway_unique_id,
		.gateway_id = -1,
	};
	int error;

	if (!(device->flags & TTMEMSTAT_DEVICE_REMOTE))
		return -ENODEV;
	error = by_identity(scene, &gateway, finding);
	if (error == -ENODEV)
		error = by_node(scene, &gateway, finding);
	if (error)
		return error;
	if (finding->chip->kind != TTMEMSTAT_KIND_LOCAL)
		return -ENODEV;
	finding->by = TTMEMSTAT_BY_GATEWAY;
	finding->remote = device->flags & TTMEMSTAT_DEVICE_LOCATION;
	if (!finding->remote)
		finding->chip = only_behind(scene, finding->chip);
	return finding->chip ? 0 : -ENODEV;
}

/* Keep the first error, unless it only means that nothing was found. */
static int find_chip(const struct scene *scene, const struct ttmemstat_device *device,
		     struct finding *finding)
{
	int error, next;

	if (device->flags & TTMEMSTAT_DEVICE_CHIP) {
		finding->by = TTMEMSTAT_BY_HAND;
		return find(scene, device, is_chip, &finding->chip);
	}
	error = by_identity(scene, device, finding);
	/* If an id names another chip, the order of nodes would find a wrong one. */
	if (error == -ENODEV || error == -ENOTUNIQ) {
		next = by_node(scene, device, finding);
		error = next == -ENODEV ? error : next;
	}
	/* A chip with a PCI function in one process may be a remote chip in another. */
	if (error) {
		next = by_gateway(scene, device, finding);
		error = next == -ENODEV ? error : next;
	}
	return error;
}

static int refuse(struct ttmemstat_failure *failure, const char *field, enum ttmemstat_rule rule,
		  uint64_t value, uint64_t limit)
{
	return ttmemstat_refuse(failure, TTMEMSTAT_CALL_resolve, -EINVAL, field, rule, value, limit);
}

/* @failure may be NULL. */
static int check_device(struct ttmemstat_device *to, const struct ttmemstat_device *device,
			struct ttmemstat_failure *failure)
{
	int error = ttmemstat_options_copy(to, sizeof(*to), sizeof(*to), device, device->size,
					   failure, TTMEMSTAT_CALL_resolve);

	if (error)
		return error;
	if (to->flags & ~DEVICE_FLAGS)
		return refuse(failure, "flags", TTMEMSTAT_RULE_WITHIN, to->flags, DEVICE_FLAGS);
	if (to->chip && !(to->flags & TTMEMSTAT_DEVICE_CHIP))
		return refuse(failure, "chip", TTMEMSTAT_RULE_FLAG, to->chip,
			      TTMEMSTAT_DEVICE_CHIP);
	if (to->runtime_id < -1)
		return refuse(failure, "runtime_id", TTMEMSTAT_RULE_FROM_MINUS_1,
			      (uint64_t)(int64_t)to->runtime_id, 0);
	if (to->gateway_id < -1)
		return refuse(failure, "gateway_id", TTMEMSTAT_RULE_FROM_MINUS_1,
			      (uint64_t)(int64_t)to->gateway_id, 0);
	if (to->asic_location && !(to->flags & TTMEMSTAT_DEVICE_LOCATION))
		return refuse(failure, "asic_location", TTMEMSTAT_RULE_FLAG, to->asic_location,
			      TTMEMSTAT_DEVICE_LOCATION);
	if (to->flags & TTMEMSTAT_DEVICE_REMOTE) {
		if (to->gateway_id >= 0 && to->gateway_id == to->runtime_id)
			return refuse(failure, "gateway_id", TTMEMSTAT_RULE_DIFFERENT,
				      (uint64_t)to->gateway_id, 0);
		return 0;
	}
	if (to->gateway_id >= 0)
		return refuse(failure, "gateway_id", TTMEMSTAT_RULE_FLAG_ID,
			      (uint64_t)to->gateway_id, TTMEMSTAT_DEVICE_REMOTE);
	if (to->gateway_unique_id)
		return refuse(failure, "gateway_unique_id", TTMEMSTAT_RULE_FLAG,
			      to->gateway_unique_id, TTMEMSTAT_DEVICE_REMOTE);
	return 0;
}

static int check_roots(struct ttmemstat_resolve_roots *to,
		       const struct ttmemstat_resolve_roots *roots,
		       struct ttmemstat_failure *failure)
{
	int error;

	if (!roots)
		return 0;
	error = ttmemstat_options_copy(to, sizeof(*to), sizeof(*to), roots, roots->size, failure,
				       TTMEMSTAT_CALL_resolve);
	if (!error && to->reserved)
		error = refuse(failure, "reserved", TTMEMSTAT_RULE_ZERO, to->reserved, 0);
	return error;
}

int ttmemstat_resolve(const struct ttmemstat_device *device,
		      const struct ttmemstat_resolve_roots *roots,
		      struct ttmemstat_attach_options *options)
{
	struct ttmemstat_resolve_roots where = { 0 };
	struct finding finding = { 0 };
	struct ttmemstat_device dev;
	struct scene scene = { 0 };
	int error;

	if (!device || !options)
		return -EINVAL;
	error = check_device(&dev, device, NULL);
	if (!error)
		error = check_roots(&where, roots, NULL);
	if (!error)
		error = read_scene(&scene, &where);
	if (error)
		return error;
	error = find_chip(&scene, &dev, &finding);
	if (!error) {
		options->chip = finding.chip->n;
		options->runtime_id = dev.runtime_id;
		options->proof = proof_of(&scene, finding.chip);
		options->flags &= ~TT_MEMSTAT_ATTACH_REMOTE;
		options->asic_location = 0;
		if (finding.remote) {
			options->flags |= TT_MEMSTAT_ATTACH_REMOTE;
			options->asic_location = dev.asic_location;
		}
	}
	free_scene(&scene);
	return error ? error : finding.by;
}

static const char *why_unresolved(const struct ttmemstat_device *device, int error)
{
	if ((device->flags & TTMEMSTAT_DEVICE_CHIP) && error == -ENODEV)
		return "there is no such chip";
	switch (error) {
	case -ENOENT:
		return "the module tt_memstat is not loaded";
	case -ENODEV:
		return "no chip is beyond doubt this device";
	case -ENOTUNIQ:
		return "several chips may be this device";
	case -EPERM:
		return "its chip is known, but the process does not have its node open";
	default:
		return NULL;
	}
}

size_t ttmemstat_resolve_error(const struct ttmemstat_device *device,
			       const struct ttmemstat_resolve_roots *roots, int error, char *text,
			       size_t size)
{
	struct ttmemstat_facts facts = { .call = TTMEMSTAT_CALL_resolve, .error = error };
	struct ttmemstat_failure failure = { 0 };
	struct ttmemstat_resolve_roots where = { 0 };
	struct ttmemstat_device dev;
	char about[160];

	if (!device) {
		refuse(&failure, "device", TTMEMSTAT_RULE_GIVEN, 0, 0);
		return ttmemstat_facts_text(&failure.facts, NULL, NULL, text, size);
	}
	if (check_device(&dev, device, &failure) || check_roots(&where, roots, &failure))
		return ttmemstat_facts_text(&failure.facts, NULL, NULL, text, size);
	snprintf(about, sizeof(about), "runtime_id %d, unique_id 0x%" PRIx64 ", board_id 0x%" PRIx64,
		 dev.runtime_id, dev.unique_id, dev.board_id);
	if (dev.flags & TTMEMSTAT_DEVICE_CHIP)
		snprintf(about, sizeof(about), "runtime_id %d, chip %u", dev.runtime_id, dev.chip);
	facts.about = about;
	facts.why = why_unresolved(&dev, error);
	return ttmemstat_facts_text(&facts, NULL, NULL, text, size);
}
