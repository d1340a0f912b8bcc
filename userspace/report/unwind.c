// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Cleanup attributes need functions of the compiler's runtime. These forward to the runtime that
 * the program has loaded if it can throw. A dependency of this library would map the runtime into
 * every program.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <unwind.h>

_Unwind_Reason_Code __gcc_personality_v0(int version, _Unwind_Action actions,
					 _Unwind_Exception_Class class,
					 struct _Unwind_Exception *exception,
					 struct _Unwind_Context *context);

static void *runtime(const char *name)
{
	void *library = dlopen("libgcc_s.so.1", RTLD_LAZY);
	void *function = library ? dlsym(library, name) : NULL;

	if (!function)
		abort();
	return function;
}

_Unwind_Reason_Code __gcc_personality_v0(int version, _Unwind_Action actions,
					 _Unwind_Exception_Class class,
					 struct _Unwind_Exception *exception,
					 struct _Unwind_Context *context)
{
	__typeof__(&__gcc_personality_v0) call = runtime("__gcc_personality_v0");

	return call(version, actions, class, exception, context);
}

void _Unwind_Resume(struct _Unwind_Exception *exception)
{
	void (*call)(struct _Unwind_Exception *) = runtime("_Unwind_Resume");

	call(exception);
	__builtin_unreachable();
}
