# SPDX-License-Identifier: GPL-2.0-only
#
# For Makefiles: the flags of C programs in userspace. SAN=1 adds AddressSanitizer and UBSan.

CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wformat=2 -Wvla -Werror
comma := ,
SANFLAGS := $(if $(SAN),-fsanitize=address$(comma)undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer)
