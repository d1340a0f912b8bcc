/* SPDX-License-Identifier: GPL-2.0-only */
/* What /proc tells of a file of the device. */
#ifndef TTM_FDINFO_H
#define TTM_FDINFO_H

struct file;
struct seq_file;

void ttm_show_fdinfo(struct seq_file *m, struct file *file);

#endif /* TTM_FDINFO_H */
