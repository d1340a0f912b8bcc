// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * The functions of tt-metal that the reporter uses, and the pools that it cannot report without
 * them. Only this file, interposed.c and asked.c know names, prototypes and layouts of tt-metal.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "books.h"
#include "foreign_names.h"
#include "foreign_private.h"

#define BUFFERS	FOREIGN_BUFFERS
#define ALL_L1	(1u << TT_MEMSTAT_POOL_L1 | 1u << TT_MEMSTAT_POOL_L1_SMALL)
#define CB	(1u << TT_MEMSTAT_POOL_CB)
#define KERNELS	(1u << TT_MEMSTAT_POOL_KERNEL)

#define HOOKED(what, ...)	{ .call = CALL_##what, .name = what, .interposed = true, ##__VA_ARGS__ }
#define ASKED(what, mangled, ...)	{ .call = what, .name = mangled, ##__VA_ARGS__ }

/**
 * struct row - a name of tt-metal
 * @call: its identifier
 * @unless: it is not needed in releases that have this other function; 0: none
 * @name: mangled
 * @where: it is needed only in releases that have this word in their names
 * @unseen: pools that cannot be reported without it
 * @partial: pools that can only be reported in part without it
 * @figure: other figure that cannot be reported without it
 * @interposed: it is replaced, so it must be called through a table; others are only called
 */
static const struct row {
	enum call call;
	enum call unless;
	const char *name;
	const char *where;
	uint32_t unseen;
	uint32_t partial;
	const char *figure;
	bool interposed;
} rows[] = {
	HOOKED(ALLOCATE, .unseen = BUFFERS),
	HOOKED(DEALLOCATE, .unseen = BUFFERS),
	HOOKED(DEALLOCATE_ALL, .partial = BUFFERS),
	HOOKED(CLEAR, .partial = BUFFERS),
	HOOKED(SHRINK, .figure = "largest_free_block"),
	HOOKED(RESET, .figure = "largest_free_block"),
	HOOKED(ALLOCATOR_BASE_END, .partial = BUFFERS),
	HOOKED(ALLOCATOR_END, .partial = BUFFERS),
	HOOKED(CIRCULAR, .partial = CB),
	HOOKED(TRACK_CIRCULAR, .partial = CB),
	HOOKED(DATAFLOW, .partial = CB, .where = "dataflow_buffers"),
	HOOKED(SCRATCHPADS, .partial = CB, .where = "scratchpad"),
	HOOKED(MARK, .partial = CB),
	HOOKED(PROGRAM_END, .partial = CB),
	HOOKED(JOIN, .unseen = CB),
	HOOKED(ENQUEUE, .unseen = CB),
	HOOKED(FINALIZE, .unseen = KERNELS),
	HOOKED(BINARIES, .unseen = KERNELS),
	HOOKED(TRACE_BEGIN, .partial = CB),
	HOOKED(TRACE_END, .partial = CB),
	HOOKED(TRACE_REPLAY, .partial = CB),
	HOOKED(TRACE_RELEASE, .figure = "trace_release"),
	/* Queries need exported names only. Their prototypes are in asked.c. */
	ASKED(BANK_BYTES, TMC "6Buffer21aligned_size_per_bankEv", .unseen = BUFFERS),
	ASKED(BUFFER_TYPE, TMC "6Buffer11buffer_typeEv", .unseen = BUFFERS, .unless = IS_TRACE),
	ASKED(IS_DRAM, TMC "6Buffer7is_dramEv", .unseen = BUFFERS, .unless = BUFFER_TYPE),
	ASKED(IS_L1, TMC "6Buffer5is_l1Ev", .unseen = BUFFERS, .unless = BUFFER_TYPE),
	ASKED(IS_TRACE, TMC "6Buffer8is_traceEv", .unseen = BUFFERS, .unless = BUFFER_TYPE),
	ASKED(DEVICE, TMC "6Buffer6deviceEv", .unseen = BUFFERS, .unless = IS_TRACE),
	ASKED(ALIGNMENT, TMC "13AllocatorImpl13get_alignmentENS0_10BufferTypeE", .unseen = BUFFERS),
	ASKED(BANK_SIZE, TMC "13AllocatorImpl13get_bank_sizeERKNS0_10BufferTypeE",
	      .partial = BUFFERS),
	ASKED(BASE, TMC "13AllocatorImpl23get_base_allocator_addrERKNS0_10HalMemTypeE",
	      .partial = BUFFERS),
	ASKED(BANKS, TMC "13AllocatorImpl13get_num_banksERKNS0_10BufferTypeE", .partial = BUFFERS),
	ASKED(STATISTICS, TMC "13AllocatorImpl14get_statisticsERKNS0_10BufferTypeE",
	      .figure = "drift"),
	ASKED(SHARD_CORES, TMC "6Buffer9num_coresEv", .figure = "data_cores"),
	ASKED(PAGES, TMC "6Buffer9num_pagesEv", .figure = "data_cores"),
	ASKED(PER_CORE, PER_CORES "22is_per_core_allocationERKNS0_6BufferE",
	      .partial = ALL_L1, .where = "get_per_core_addresses"),
	ASKED(CORE_PLACES, PER_CORES "22get_per_core_addressesERKNS0_6BufferE",
	      .partial = ALL_L1, .where = "is_per_core_allocation"),
	ASKED(DEVICE_IDS, TMC "11distributed10MeshDevice14get_device_idsEv",
	      .unseen = BUFFERS | CB),
	ASKED(PROGRAM_CORES, TMC "6detail11ProgramImpl13logical_coresEv", .partial = CB),
	ASKED(IMPL_IDS, TMC "11distributed14MeshDeviceImpl14get_device_idsEv", .partial = CB),
	ASKED(MESH_ID, TMC "11distributed10MeshDevice2idEv", .partial = ALL_L1),
	ASKED(SHAPE, TMC "11distributed10MeshDevice5shapeEv", .partial = CB),
	ASKED(GRID, TMC "11distributed10MeshDevice30compute_with_storage_grid_sizeEv",
	      .partial = BUFFERS),
	ASKED(MESH_TABLE, "_ZTVN2tt8tt_metal11distributed10MeshDeviceE", .unseen = BUFFERS | CB),
	ASKED(DEVICE_TABLE, "_ZTVN2tt8tt_metal6DeviceE", .partial = ALL_L1),
	ASKED(START, TMC "11distributed19MeshCoordinateRange11start_coordEv", .partial = CB),
	ASKED(END, TMC "11distributed19MeshCoordinateRange9end_coordEv", .partial = CB),
	ASKED(COORDS, TMC "11distributed14MeshCoordinate6coordsEv", .partial = CB),
	ASKED(CONTEXT, TM "12MetalContext8instanceEN4ttsl10StrongTypeIiNS0_12ContextIdTagEEE",
	      .unseen = BUFFERS | CB),
	ASKED(CLUSTER, TM "12MetalContext11get_clusterEv", .unseen = BUFFERS | CB),
	ASKED(DESCRIPTOR, "_ZNK2tt7Cluster16get_cluster_descEv", .unseen = BUFFERS | CB),
	ASKED(UNIQUE_IDS, UMD "19get_chip_unique_idsEv", .unseen = BUFFERS | CB),
	ASKED(REMOTE, UMD "14is_chip_remoteEi", .partial = BUFFERS | CB),
	ASKED(GATEWAY, "_ZN2tt3umd17ClusterDescriptor29get_closest_mmio_capable_chipEi",
	      .partial = BUFFERS | CB),
	ASKED(LOCATION, UMD "17get_asic_locationEi", .partial = BUFFERS | CB),
	ASKED(ARCH, UMD "8get_archEi", .figure = "capacity"),
	ASKED(HARVEST, UMD "20get_harvesting_masksEi", .figure = "capacity"),
	ASKED(SERIALIZE, UMD "9serializeB5cxx11Ev", .figure = "descriptor"),
};

#define ROWS	(sizeof(rows) / sizeof(rows[0]))

/* Binaries are reported with programs, if these are reported completely and not by the mirror. */
static uint32_t unseen_without(const struct row *row)
{
	return row->unseen | (row->unseen || row->partial & CB ? KERNELS : 0);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const void *caller;
static bool missing[ROWS];
static bool is_open;
static atomic_bool found;
static const char *_Atomic descriptor_file;	/* not yet taken */

/* ---- Discovery of tt-metal's library ----------------------------------------------------- */

struct object {
	const ElfW(Sym) *symbols;
	const char *strings;
	size_t strings_size;
	const ElfW(Rela) *tables[2];
	size_t counts[2];
};

/* Read the dynamic section of a loaded object; glibc has relocated its addresses. */
static void read_object(const struct dl_phdr_info *info, struct object *object)
{
	const ElfW(Dyn) *dyn = NULL;

	memset(object, 0, sizeof(*object));
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
			/* NOLINTNEXTLINE(performance-no-int-to-ptr): the ABI's type */
			dyn = (const void *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
	for (; dyn && dyn->d_tag != DT_NULL; dyn++) {
		/* NOLINTNEXTLINE(performance-no-int-to-ptr) */
		const void *there = (const void *)dyn->d_un.d_ptr;

		switch (dyn->d_tag) {
		case DT_SYMTAB:
			object->symbols = there;
			break;
		case DT_STRTAB:
			object->strings = there;
			break;
		case DT_STRSZ:
			object->strings_size = dyn->d_un.d_val;
			break;
		case DT_JMPREL:
			object->tables[0] = there;
			break;
		case DT_PLTRELSZ:
			object->counts[0] = dyn->d_un.d_val / sizeof(ElfW(Rela));
			break;
		case DT_RELA:
			object->tables[1] = there;
			break;
		case DT_RELASZ:
			object->counts[1] = dyn->d_un.d_val / sizeof(ElfW(Rela));
			break;
		}
	}
}

struct survey {
	bool called[ROWS];
	bool worded[ROWS];
};

/* Find names that an object calls through a table, and words in its names. */
static void survey_object(const struct object *object, struct survey *survey)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].where && memmem(object->strings, object->strings_size, rows[i].where,
					    strlen(rows[i].where)))
			survey->worded[i] = true;
	for (int table = 0; table < 2; table++) {
		for (size_t n = 0; object->tables[table] && n < object->counts[table]; n++) {
			size_t symbol = ELF64_R_SYM(object->tables[table][n].r_info);
			const char *name = object->strings + object->symbols[symbol].st_name;

			if (!symbol || name[0] != '_' || name[1] != 'Z' || name[2] != 'N')
				continue;
			for (size_t i = 0; i < ROWS; i++)
				if (rows[i].interposed && !strcmp(name, rows[i].name))
					survey->called[i] = true;
		}
	}
}

/* Examine tt-metal's libraries, which have the names and call them. */
static int survey_one(struct dl_phdr_info *info, size_t size, void *data)
{
	const char *file = strrchr(info->dlpi_name, '/');
	struct object object;

	(void)size;
	file = file ? file + 1 : info->dlpi_name;
	/* The main program has an empty name. */
	if (*file && !strstr(file, "tt_metal") && !strstr(file, "ttnn"))
		return 0;
	read_object(info, &object);
	if (object.symbols && object.strings)
		survey_object(&object, data);
	return 0;
}

/* `tt-memstat run --check`: print which pools cannot be reported, and why. */
static void check(void)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (missing[i] && rows[i].figure)
			dprintf(STDERR_FILENO, "tt_memstat: %s is not seen: no %s\n",
				rows[i].figure, rows[i].name);
		for (int pool = 0; missing[i] && pool < TT_MEMSTAT_POOLS; pool++) {
			const uint32_t unseen = unseen_without(&rows[i]);

			if ((unseen | rows[i].partial) >> pool & 1)
				dprintf(STDERR_FILENO, "tt_memstat: %s is %s: no %s\n",
					ttmemstat_pool_name((uint32_t)pool),
					unseen >> pool & 1 ? "not seen" : "seen in part",
					rows[i].name);
		}
	}
	dprintf(STDERR_FILENO, "tt_memstat: tt-metal is seen\n");
}

static void find(void)
{
	const char *mode = secure_getenv("TT_MEMSTAT_MODE");
	struct survey survey = { 0 };
	Dl_info info;
	void *handle = NULL;

	if (dladdr(caller, &info) && info.dli_fname)
		handle = dlopen(info.dli_fname, RTLD_NOLOAD | RTLD_LAZY);
	dl_iterate_phdr(survey_one, &survey);
	for (size_t i = 0; i < ROWS; i++) {
		void *symbol = dlsym(handle ? handle : RTLD_NEXT, rows[i].name);

		if (symbol && !foreign_theirs[rows[i].call])
			foreign_theirs[rows[i].call] = symbol;
	}
	for (size_t i = 0; i < ROWS; i++)
		missing[i] = (!rows[i].where || survey.worded[i]) &&
			     (!rows[i].unless || !foreign_theirs[rows[i].unless]) &&
			     (!foreign_theirs[rows[i].call] ||
			      (rows[i].interposed && !survey.called[i]));
	for (size_t i = 0; i < ROWS; i++)
		if (missing[i])
			foreign_miss(unseen_without(&rows[i]), rows[i].partial);
	if (getenv("TT_MEMSTAT_CHECK"))
		check();
	atomic_init(&descriptor_file, secure_getenv("TT_MEMSTAT_SAVE_DESCRIPTOR"));
	is_open = (!mode || strcmp(mode, "off") != 0) && books_start();
	atomic_store_explicit(&found, true, memory_order_release);
}

bool foreign_open(const void *from)
{
	if (!atomic_load_explicit(&found, memory_order_acquire)) {
		caller = from;
		pthread_once(&once, find);
	}
	return is_open;
}

bool foreign_is_open(void)
{
	return is_open;
}

const char *foreign_take_descriptor_file(void)
{
	if (!atomic_load_explicit(&descriptor_file, memory_order_relaxed))
		return NULL;
	return atomic_exchange(&descriptor_file, NULL);
}
