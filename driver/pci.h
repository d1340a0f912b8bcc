/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Chips of PCI functions come and go with them.
 */
#ifndef TTM_PCI_H
#define TTM_PCI_H

#ifdef CONFIG_PCI
int ttm_pci_init(void);
void ttm_pci_walk(void);
void ttm_pci_exit(void);
#else
static inline int ttm_pci_init(void)
{
	return 0;
}

static inline void ttm_pci_walk(void)
{
}

static inline void ttm_pci_exit(void)
{
}
#endif

#endif /* TTM_PCI_H */
