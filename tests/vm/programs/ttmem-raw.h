/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Raw calls for ttmem-events: structures by the names of their fields, and ioctl() on them.
 * Included once, by ttmem-events.c, whose helpers it uses.
 */

struct raw_field {
	const char *name;
	size_t offset;
	size_t size;
};

struct raw_call {
	const char *name;
	unsigned long request;
	size_t size;
	const struct raw_field *fields;
	size_t count;
};

#define RAW_FIELD(type, member)	\
	{ #member, offsetof(struct type, member), sizeof(((struct type *)0)->member) }
#define RAW_GEOMETRY(type)						\
	RAW_FIELD(type, geometry.arch), RAW_FIELD(type, geometry.valid),	\
	RAW_FIELD(type, geometry.tensix_mask), RAW_FIELD(type, geometry.dram_mask),	\
	RAW_FIELD(type, geometry.grid_x), RAW_FIELD(type, geometry.grid_y),	\
	RAW_FIELD(type, geometry.l1_bytes), RAW_FIELD(type, geometry.dram_bank_bytes),	\
	RAW_FIELD(type, geometry.dram_banks), RAW_FIELD(type, geometry.reserved)

static const struct raw_field raw_info[] = {
	RAW_FIELD(tt_memstat_get_info, flags), RAW_FIELD(tt_memstat_get_info, api_version),
	RAW_FIELD(tt_memstat_get_info, granule), RAW_FIELD(tt_memstat_get_info, calls),
	RAW_FIELD(tt_memstat_get_info, features), RAW_FIELD(tt_memstat_get_info, client),
	RAW_FIELD(tt_memstat_get_info, max_records), RAW_FIELD(tt_memstat_get_info, max_submit),
	RAW_FIELD(tt_memstat_get_info, user_bytes), RAW_FIELD(tt_memstat_get_info, max_user_bytes),
	RAW_FIELD(tt_memstat_get_info, host_bytes), RAW_FIELD(tt_memstat_get_info, max_host_bytes),
};

static const struct raw_field raw_create[] = {
	RAW_FIELD(tt_memstat_chip_create, flags), RAW_GEOMETRY(tt_memstat_chip_create),
	RAW_FIELD(tt_memstat_chip_create, unique_id), RAW_FIELD(tt_memstat_chip_create, board),
	RAW_FIELD(tt_memstat_chip_create, chip), RAW_FIELD(tt_memstat_chip_create, reserved),
};

static const struct raw_field raw_destroy[] = {
	RAW_FIELD(tt_memstat_chip_destroy, flags), RAW_FIELD(tt_memstat_chip_destroy, chip),
	RAW_FIELD(tt_memstat_chip_destroy, reserved),
};

static const struct raw_field raw_geometry[] = {
	RAW_FIELD(tt_memstat_geometry_set, flags), RAW_FIELD(tt_memstat_geometry_set, chip),
	RAW_FIELD(tt_memstat_geometry_set, asic_location), RAW_GEOMETRY(tt_memstat_geometry_set),
	RAW_FIELD(tt_memstat_geometry_set, unique_id),
	RAW_FIELD(tt_memstat_geometry_set, board_id), RAW_FIELD(tt_memstat_geometry_set, board),
	RAW_FIELD(tt_memstat_geometry_set, chip_out), RAW_FIELD(tt_memstat_geometry_set, reserved),
};

static const struct raw_field raw_find[] = {
	RAW_FIELD(tt_memstat_chip_find, flags), RAW_FIELD(tt_memstat_chip_find, name),
	RAW_FIELD(tt_memstat_chip_find, pci), RAW_FIELD(tt_memstat_chip_find, unique_id),
	RAW_FIELD(tt_memstat_chip_find, chip), RAW_FIELD(tt_memstat_chip_find, asic_location),
	RAW_GEOMETRY(tt_memstat_chip_find),
};

static const struct raw_field raw_attach[] = {
	RAW_FIELD(tt_memstat_attach, flags), RAW_FIELD(tt_memstat_attach, chip),
	RAW_FIELD(tt_memstat_attach, asic_location), RAW_FIELD(tt_memstat_attach, proof),
	RAW_FIELD(tt_memstat_attach, covers), RAW_FIELD(tt_memstat_attach, partial),
	RAW_FIELD(tt_memstat_attach, runtime_id), RAW_GEOMETRY(tt_memstat_attach),
	RAW_FIELD(tt_memstat_attach, layout.valid), RAW_FIELD(tt_memstat_attach, layout.worker_x),
	RAW_FIELD(tt_memstat_attach, layout.worker_y),
	RAW_FIELD(tt_memstat_attach, layout.reserved), RAW_FIELD(tt_memstat_attach, layout.l1_base),
	RAW_FIELD(tt_memstat_attach, layout.l1_end), RAW_FIELD(tt_memstat_attach, layout.l1_small),
	RAW_FIELD(tt_memstat_attach, layout.kernel_region),
	RAW_FIELD(tt_memstat_attach, layout.trace_region), RAW_FIELD(tt_memstat_attach, label),
	RAW_FIELD(tt_memstat_attach, attachment), RAW_FIELD(tt_memstat_attach, chip_out),
};

static const struct raw_field raw_detach[] = {
	RAW_FIELD(tt_memstat_detach, flags), RAW_FIELD(tt_memstat_detach, attachment),
	RAW_FIELD(tt_memstat_detach, reserved),
};

static const struct raw_field raw_bank_set[] = {
	RAW_FIELD(tt_memstat_bank_set, flags), RAW_FIELD(tt_memstat_bank_set, attachment),
	RAW_FIELD(tt_memstat_bank_set, space), RAW_FIELD(tt_memstat_bank_set, rects),
	RAW_FIELD(tt_memstat_bank_set, count), RAW_FIELD(tt_memstat_bank_set, set),
	RAW_FIELD(tt_memstat_bank_set, mask),
};

static const struct raw_field raw_submit[] = {
	RAW_FIELD(tt_memstat_submit, flags), RAW_FIELD(tt_memstat_submit, attachment),
	RAW_FIELD(tt_memstat_submit, count), RAW_FIELD(tt_memstat_submit, entries),
	RAW_FIELD(tt_memstat_submit, taken), RAW_FIELD(tt_memstat_submit, reserved),
};

static const struct raw_field raw_drop[] = {
	RAW_FIELD(tt_memstat_drop, flags), RAW_FIELD(tt_memstat_drop, attachment),
	RAW_FIELD(tt_memstat_drop, pools),
};

static const struct raw_field raw_ring_setup[] = {
	RAW_FIELD(tt_memstat_ring_setup, flags), RAW_FIELD(tt_memstat_ring_setup, attachment),
	RAW_FIELD(tt_memstat_ring_setup, entries), RAW_FIELD(tt_memstat_ring_setup, offset),
	RAW_FIELD(tt_memstat_ring_setup, size), RAW_FIELD(tt_memstat_ring_setup, entries_offset),
};

static const struct raw_field raw_ring_doorbell[] = {
	RAW_FIELD(tt_memstat_ring_doorbell, flags),
	RAW_FIELD(tt_memstat_ring_doorbell, attachment),
	RAW_FIELD(tt_memstat_ring_doorbell, credit),
};

static const struct raw_field raw_ring_status[] = {
	RAW_FIELD(tt_memstat_ring_status, flags), RAW_FIELD(tt_memstat_ring_status, attachment),
	RAW_FIELD(tt_memstat_ring_status, head), RAW_FIELD(tt_memstat_ring_status, tail),
	RAW_FIELD(tt_memstat_ring_status, credit), RAW_FIELD(tt_memstat_ring_status, error),
	RAW_FIELD(tt_memstat_ring_status, refused),
};

static const struct raw_field raw_query[] = {
	RAW_FIELD(tt_memstat_query, flags), RAW_FIELD(tt_memstat_query, chip),
	RAW_FIELD(tt_memstat_query, reserved), RAW_FIELD(tt_memstat_query, client),
};

static const struct raw_field raw_list[] = {
	RAW_FIELD(tt_memstat_list, flags), RAW_FIELD(tt_memstat_list, chip),
	RAW_FIELD(tt_memstat_list, count), RAW_FIELD(tt_memstat_list, client),
	RAW_FIELD(tt_memstat_list, cursor), RAW_FIELD(tt_memstat_list, items),
};

static const struct raw_field raw_partial[] = {
	RAW_FIELD(tt_memstat_partial, flags), RAW_FIELD(tt_memstat_partial, attachment),
	RAW_FIELD(tt_memstat_partial, partial),
};

static const struct raw_field raw_entry[] = {
	RAW_FIELD(tt_memstat_entry, op), RAW_FIELD(tt_memstat_entry, flags),
	RAW_FIELD(tt_memstat_entry, seq), RAW_FIELD(tt_memstat_entry, id),
	RAW_FIELD(tt_memstat_entry, addr), RAW_FIELD(tt_memstat_entry, size),
	RAW_FIELD(tt_memstat_entry, set), RAW_FIELD(tt_memstat_entry, pool),
	RAW_FIELD(tt_memstat_entry, program), RAW_FIELD(tt_memstat_entry, reserved[0]),
	RAW_FIELD(tt_memstat_entry, reserved[1]),
};

#define RAW_CALL(name, request, type, fields)				\
	{ name, request, sizeof(struct type), fields, sizeof(fields) / sizeof(fields[0]) }

static const struct raw_call raw_calls[] = {
	RAW_CALL("get_info", TT_MEMSTAT_GET_INFO, tt_memstat_get_info, raw_info),
	RAW_CALL("chip_create", TT_MEMSTAT_CHIP_CREATE, tt_memstat_chip_create, raw_create),
	RAW_CALL("chip_destroy", TT_MEMSTAT_CHIP_DESTROY, tt_memstat_chip_destroy, raw_destroy),
	RAW_CALL("geometry_set", TT_MEMSTAT_GEOMETRY_SET, tt_memstat_geometry_set, raw_geometry),
	RAW_CALL("geometry_unset", TT_MEMSTAT_GEOMETRY_UNSET, tt_memstat_geometry_set,
		 raw_geometry),
	RAW_CALL("chip_find", TT_MEMSTAT_CHIP_FIND, tt_memstat_chip_find, raw_find),
	RAW_CALL("attach", TT_MEMSTAT_ATTACH, tt_memstat_attach, raw_attach),
	RAW_CALL("detach", TT_MEMSTAT_DETACH, tt_memstat_detach, raw_detach),
	RAW_CALL("bank_set", TT_MEMSTAT_BANK_SET, tt_memstat_bank_set, raw_bank_set),
	RAW_CALL("submit", TT_MEMSTAT_SUBMIT, tt_memstat_submit, raw_submit),
	RAW_CALL("drop", TT_MEMSTAT_DROP, tt_memstat_drop, raw_drop),
	RAW_CALL("ring_setup", TT_MEMSTAT_RING_SETUP, tt_memstat_ring_setup, raw_ring_setup),
	RAW_CALL("ring_doorbell", TT_MEMSTAT_RING_DOORBELL, tt_memstat_ring_doorbell,
		 raw_ring_doorbell),
	RAW_CALL("ring_status", TT_MEMSTAT_RING_STATUS, tt_memstat_ring_status, raw_ring_status),
	RAW_CALL("query_chip", TT_MEMSTAT_QUERY_CHIP, tt_memstat_query, raw_query),
	RAW_CALL("query_client", TT_MEMSTAT_QUERY_CLIENT, tt_memstat_query, raw_query),
	RAW_CALL("list_records", TT_MEMSTAT_LIST_RECORDS, tt_memstat_list, raw_list),
	RAW_CALL("list_programs", TT_MEMSTAT_LIST_PROGRAMS, tt_memstat_list, raw_list),
	RAW_CALL("list_sets", TT_MEMSTAT_LIST_SETS, tt_memstat_list, raw_list),
	RAW_CALL("partial", TT_MEMSTAT_PARTIAL, tt_memstat_partial, raw_partial),
};

static const struct raw_call raw_entry_call =
	RAW_CALL("entry", 0, tt_memstat_entry, raw_entry);

/* The field that a word names before @stop ('=' or '?'); NULL: none of this structure. */
static const struct raw_field *raw_find_field(const struct raw_call *call, const char *text,
					      char stop)
{
	const char *end = strchr(text, stop);

	for (size_t i = 0; end && i < call->count; i++) {
		if (strlen(call->fields[i].name) == (size_t)(end - text) &&
		    !strncmp(call->fields[i].name, text, (size_t)(end - text)))
			return &call->fields[i];
	}
	return NULL;
}

/* Numbers go into the first bytes of a field, anything else into it as text. */
static void raw_put(struct state *s, unsigned char *buffer, size_t size,
		    const struct raw_field *field, const char *text)
{
	unsigned char bytes[64] = { 0 };
	uint64_t value_of;

	if (!strcmp(text, "@entries")) {
		value_of = (uintptr_t)s->entries;
		memcpy(bytes, &value_of, sizeof(value_of));
	} else if (!strcmp(text, "@me")) {
		value_of = client_id(s, "me");
		memcpy(bytes, &value_of, sizeof(value_of));
	} else if (!strcmp(text, "@bad")) {
		value_of = 16;
		memcpy(bytes, &value_of, sizeof(value_of));
	} else if (field->size > sizeof(value_of)) {
		memcpy(bytes, text, strlen(text) < sizeof(bytes) ? strlen(text) : sizeof(bytes));
	} else {
		value_of = number(text);
		memcpy(bytes, &value_of, sizeof(value_of));
	}
	if (field->offset + field->size <= size)
		memcpy(buffer + field->offset, bytes,
		       field->size < sizeof(bytes) ? field->size : sizeof(bytes));
}

/* `size` is also a field of ring_setup, which only ever returns it. */
static void raw_fill(struct state *s, const struct words *w, size_t from,
		     const struct raw_call *call, unsigned char *buffer, size_t size)
{
	for (size_t i = from; i < w->count; i++) {
		const struct raw_field *field = raw_find_field(call, w->word[i], '=');

		if (field)
			raw_put(s, buffer, size, field, strchr(w->word[i], '=') + 1);
		else if (strncmp(w->word[i], "argsz=", 6) && strncmp(w->word[i], "size=", 5) &&
			 strncmp(w->word[i], "tail=", 5) && strcmp(w->word[i], "guard") &&
			 strcmp(w->word[i], "readonly") &&
			 !raw_find_field(call, w->word[i], '?'))
			wrong("no field", w->word[i]);
	}
}

static void raw_print(const struct words *w, const struct raw_call *call,
		      const unsigned char *buffer, size_t size)
{
	for (size_t i = 2; i < w->count; i++) {
		const struct raw_field *field = raw_find_field(call, w->word[i], '?');
		uint64_t got = 0;

		if (!field || field->offset + field->size > size)
			continue;
		if (field->size > sizeof(got)) {
			printf(" %s=%.*s", field->name, (int)field->size, buffer + field->offset);
			continue;
		}
		memcpy(&got, buffer + field->offset, field->size);
		printf(" %s=%llu", field->name, (unsigned long long)got);
	}
}

#define RAW_ROOM	65536

/* RAW_ROOM zeroed bytes that end where nothing can be touched. */
static unsigned char *raw_area(void)
{
	unsigned char *area = mmap(NULL, RAW_ROOM * 2, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (area == MAP_FAILED || mprotect(area + RAW_ROOM, RAW_ROOM, PROT_NONE))
		wrong("no memory", "mmap");
	return area;
}

static void do_ioctl(struct state *s, const struct words *w)
{
	static const struct raw_call unknown = { .name = "?" };
	const struct raw_call *call = &unknown;
	unsigned long request;
	unsigned char *area;
	unsigned char *buffer;
	uint32_t argsz;
	size_t size;
	int err;

	for (size_t i = 0; i < sizeof(raw_calls) / sizeof(raw_calls[0]); i++) {
		if (!strcmp(raw_calls[i].name, word(w, 1)))
			call = &raw_calls[i];
	}
	request = call == &unknown ? _IO(TT_MEMSTAT_MAGIC, number32(w->word[1])) : call->request;
	size = (size_t)value_number(w, "size", call == &unknown ? 8 : call->size);
	argsz = (uint32_t)value_number(w, "argsz", size);
	if (size < 8 || size > RAW_ROOM)
		wrong("no size from 8 to 65536", w->word[1]);
	area = raw_area();
	buffer = has(w, 2, "guard") ? area + RAW_ROOM - size : area;
	raw_fill(s, w, 2, call, buffer, size);
	memcpy(buffer, &argsz, sizeof(argsz));
	if (value(w, "tail"))
		buffer[size - 1] = (unsigned char)number(value(w, "tail"));
	if (has(w, 2, "readonly") && mprotect(area, RAW_ROOM, PROT_READ))
		wrong("no protection", "mprotect");
	err = result(ioctl(s->raw, request, buffer));
	printf("ioctl %s %s", w->word[1], err ? strerrorname_np(-err) : "OK");
	raw_print(w, call, buffer, size);
	putchar('\n');
	fflush(stdout);
	munmap(area, RAW_ROOM * 2);
}

static void do_entry(struct state *s, const struct words *w)
{
	if (s->count == ENTRIES)
		wrong("too many entries", w->word[0]);
	memset(&s->entries[s->count], 0, sizeof(s->entries[0]));
	raw_fill(s, w, 1, &raw_entry_call, (unsigned char *)&s->entries[s->count],
		 sizeof(s->entries[0]));
	answer("entry", 0, "count=%zu", ++s->count);
}

static void do_entries(struct state *s, const struct words *w)
{
	(void)w;
	memset(s->entries, 0, ENTRIES * sizeof(*s->entries));
	s->count = 0;
	answer("entries", 0, NULL);
}

static void do_raw(struct state *s, const struct words *w)
{
	const char *what = word(w, 1);

	if (!strcmp(what, "open")) {
		s->raw = open(TTMEMSTAT_DEVICE_PATH, O_RDWR | O_CLOEXEC);
		answer("raw", result(s->raw), NULL);
	} else if (!strcmp(what, "close")) {
		answer("raw", result(close(s->raw)), NULL);
		s->raw = -1;
	} else if (!strcmp(what, "dup")) {
		answer("raw", result(dup(s->raw)), NULL);
	} else {
		wrong("raw open, close or dup", what);
	}
}
