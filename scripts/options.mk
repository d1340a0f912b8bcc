# SPDX-License-Identifier: GPL-2.0-only
#
# Generate the parser's tables (below $(OBJ)), a manual page and completions (below $(B)) from
# $(SRC)/NAME.options, for each NAME in $(DESCRIBED). scripts/options/describe.py has the format.
# $(COMPILE) is the command of the compiler, without files. Include this after the first target.

OPTIONS := $(PYTHON) -B $(TOP)/scripts/options
OPTIONS_MAKERS := $(wildcard $(TOP)/scripts/options/*.py $(TOP)/tools/*/*.options)
MADE := $(DESCRIBED:%=$(B)/man/man1/%.1) $(DESCRIBED:%=$(B)/completions/%.bash) \
	$(DESCRIBED:%=$(B)/completions/_%) $(DESCRIBED:%=$(B)/completions/%.fish)

all: $(MADE)

# An interrupted generator leaves a partial file behind, newer than its sources.
.DELETE_ON_ERROR:

$(OBJ)/%.options.c $(OBJ)/%.options.h: $(SRC)/%.options $(OPTIONS_MAKERS)
	@mkdir -p $(OBJ)
	$(call quiet,OPTIONS)$(OPTIONS) c $< $(OBJ)

$(OBJ)/%.options.o: $(OBJ)/%.options.c $(OBJ)/flags
	$(call quiet,CC)$(COMPILE) -c -o $@ $<

$(B)/man/man1/%.1: $(TOP)/docs/man/%.1.in $(SRC)/%.options $(TOP)/CHANGELOG.md $(OPTIONS_MAKERS)
	@mkdir -p $(@D)
	$(call quiet,MAN)$(OPTIONS) man $(SRC)/$*.options $< >$@

$(B)/completions/%.bash: $(SRC)/%.options $(OPTIONS_MAKERS)
	@mkdir -p $(@D)
	$(call quiet,OPTIONS)$(OPTIONS) bash $< >$@

$(B)/completions/%.fish: $(SRC)/%.options $(OPTIONS_MAKERS)
	@mkdir -p $(@D)
	$(call quiet,OPTIONS)$(OPTIONS) fish $< >$@

$(B)/completions/_%: $(SRC)/%.options $(OPTIONS_MAKERS)
	@mkdir -p $(@D)
	$(call quiet,OPTIONS)$(OPTIONS) zsh $< >$@
