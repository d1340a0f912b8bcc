/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/* Mangled names of the functions of tt-metal that interposed.c replaces. */
#ifndef REPORT_FOREIGN_NAMES_H
#define REPORT_FOREIGN_NAMES_H

#define TM	"_ZN2tt8tt_metal"
#define TMC	"_ZNK2tt8tt_metal"
#define UMD	"_ZNK2tt3umd17ClusterDescriptor"
#define MESH_IMPL	TM "11distributed14MeshDeviceImpl"
#define TRACE_ID	"N4ttsl10StrongTypeIjNS1_14MeshTraceIdTagEEE"
#define PER_CORES	TM "12experimental19per_core_allocation"

/*
 * Callers must reach these functions through a table. Each name has its prototype, and the releases
 * of ttnn that have it.
 */
/* DeviceAddr AllocatorImpl::allocate_buffer(Buffer *): all */
#define ALLOCATE	TM "13AllocatorImpl15allocate_bufferEPNS0_6BufferE"
/* void AllocatorImpl::deallocate_buffer(Buffer *): all */
#define DEALLOCATE	TM "13AllocatorImpl17deallocate_bufferEPNS0_6BufferE"
/* void AllocatorImpl::deallocate_buffers(): all */
#define DEALLOCATE_ALL	TM "13AllocatorImpl18deallocate_buffersEv"
/* void AllocatorImpl::clear(): all */
#define CLEAR		TM "13AllocatorImpl5clearEv"
/* void AllocatorImpl::shrink_allocator_size(const BufferType &, DeviceAddr, bool): all */
#define SHRINK		TM "13AllocatorImpl21shrink_allocator_sizeERKNS0_10BufferTypeEmb"
/* void AllocatorImpl::reset_allocator_size(const BufferType &): all */
#define RESET		TM "13AllocatorImpl20reset_allocator_sizeERKNS0_10BufferTypeE"
/* AllocatorImpl::~AllocatorImpl(), of the whole object and as a base: all */
#define ALLOCATOR_END	TM "13AllocatorImplD1Ev"
#define ALLOCATOR_BASE_END TM "13AllocatorImplD2Ev"
/* void detail::ProgramImpl::allocate_circular_buffers(const IDevice *): all */
#define CIRCULAR	TM "6detail11ProgramImpl25allocate_circular_buffersEPKNS0_7IDeviceE"
/* void detail::ProgramImpl::allocate_dataflow_buffers(const IDevice *): since 0.67 */
#define DATAFLOW	TM "6detail11ProgramImpl25allocate_dataflow_buffersEPKNS0_7IDeviceE"
/* void detail::ProgramImpl::allocate_scratchpads(const IDevice *): since 0.75 */
#define SCRATCHPADS	TM "6detail11ProgramImpl20allocate_scratchpadsEPKNS0_7IDeviceE"
/*
 * void GraphTracker::track_allocate_cb(const CoreRangeSet &, u64 addr, u64 size, bool borrowed,
 * ...)
 */
#define TRACK_CIRCULAR	TM "12GraphTracker17track_allocate_cbE" \
			   "RKNS0_12CoreRangeSetEmmbPKNS0_7IDeviceE"
/* void detail::ProgramImpl::CircularBufferAllocator::mark_address(u64 addr, u64 size, u64 base) */
#define MARK		TM "6detail11ProgramImpl23CircularBufferAllocator12mark_addressEmmm"
/* detail::ProgramImpl::~ProgramImpl(): all */
#define PROGRAM_END	TM "6detail11ProgramImplD1Ev"
/* void distributed::MeshWorkloadImpl::add_program(const MeshCoordinateRange &, Program &&) */
#define JOIN		TM "11distributed16MeshWorkloadImpl11add_programE" \
			   "RKNS1_19MeshCoordinateRangeEONS0_7ProgramE"
/* void distributed::EnqueueMeshWorkload(MeshCommandQueue &, MeshWorkload &, bool): all */
#define ENQUEUE		TM "11distributed19EnqueueMeshWorkloadE" \
			   "RNS1_16MeshCommandQueueERNS1_12MeshWorkloadEb"

/* void distributed::MeshWorkloadImpl::finalize_offsets(MeshDevice *): all */
#define FINALIZE	TM "11distributed16MeshWorkloadImpl16finalize_offsetsEPNS1_10MeshDeviceE"
/*
 * u32 program_dispatch::finalize_kernel_bins(IDevice *, u32 type of cores, const
 * std::unordered_map<KernelHandle, std::shared_ptr<Kernel>> &,
 * std::vector<std::shared_ptr<KernelGroup>> &, u32 base, u32 &offset, u32 &size): all
 */
#define BINARIES	TM "16program_dispatch20finalize_kernel_binsEPNS0_7IDeviceEj" \
			   "RKSt13unordered_mapIjSt10shared_ptrINS0_6KernelEESt4hashIjE" \
			   "St8equal_toIjESaISt4pairIKjS7_EEE" \
			   "RSt6vectorIS5_INS0_11KernelGroupEESaISL_EEjRjSP_"

/* void distributed::MeshDeviceImpl::begin_mesh_trace(uint8_t queue, const MeshTraceId &): all */
#define TRACE_BEGIN	MESH_IMPL "16begin_mesh_traceEhRK" TRACE_ID
/* void distributed::MeshDeviceImpl::end_mesh_trace(uint8_t queue, const MeshTraceId &): all */
#define TRACE_END	MESH_IMPL "14end_mesh_traceEhRK" TRACE_ID
/*
 * void distributed::MeshDeviceImpl::replay_mesh_trace(uint8_t queue, const MeshTraceId &, bool):
 * all
 */
#define TRACE_REPLAY	MESH_IMPL "17replay_mesh_traceEhRK" TRACE_ID "b"
/* void distributed::MeshDeviceImpl::release_mesh_trace(const MeshTraceId &): all */
#define TRACE_RELEASE	MESH_IMPL "18release_mesh_traceERK" TRACE_ID

#endif
