/* SPDX-License-Identifier: GPL-2.0-only */
/* What /proc tells of a file of the device. */
#ifndef TTMEM_FDINFO_H
#define TTMEM_FDINFO_H

struct file;
struct seq_file;

void ttmem_show_fdinfo(struct seq_file *m, struct file *file);

#endif /* TTMEM_FDINFO_H */
