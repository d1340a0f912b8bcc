/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Chips of PCI functions come and go with them.
 */
#ifndef TTMEM_PCI_H
#define TTMEM_PCI_H

#ifdef CONFIG_PCI
int ttmem_pci_init(void);
void ttmem_pci_walk(void);
void ttmem_pci_exit(void);
#else
static inline int ttmem_pci_init(void)
{
	return 0;
}

static inline void ttmem_pci_walk(void)
{
}

static inline void ttmem_pci_exit(void)
{
}
#endif

#endif /* TTMEM_PCI_H */
