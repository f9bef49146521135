/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-memory.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

/**
 * peg_memory_give_back:
 *
 * Gives memory that was freed back to the system, now. The C library keeps what a
 * list of 100,000 files needed while it was read, tens of megabytes, for the next
 * one, which may come in a month.
 *
 * For after something large went, and not in the thread that shows: it looks at
 * everything that is free, for some milliseconds (mallopt(3), malloc_trim(3)). May
 * be called in any thread. Does nothing where the C library cannot.
 */
void
peg_memory_give_back (void)
{
#ifdef __GLIBC__
  malloc_trim (0);
#endif
}
