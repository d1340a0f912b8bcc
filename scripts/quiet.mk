# SPDX-License-Identifier: GPL-2.0-only
#
# Output of recipes like the kernel's, for Makefiles that build below $(B):
#
#	$(call quiet,CC)$(CC) -c -o $@ $<
#	$(call quiet,INSTALL,$(bindir))$(INSTALL) ...
#	$(Q)mkdir -p $(@D)
#
# V=1 shows whole commands instead, -s nothing.

Q := @
quiet = @printf '  %-7s %s\n' $(1) $(or $(2),$(patsubst obj/%,%,$(@:$(B)/%=%)));
ifeq ($(V),1)
Q :=
quiet :=
else ifneq ($(findstring s,$(filter-out --%,$(firstword -$(MAKEFLAGS)))),)
quiet := @
endif
