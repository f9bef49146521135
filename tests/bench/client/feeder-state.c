/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "feeder-shop.h"

/*
 * feeder_state_hash:
 * @index: the number of a file
 * @version: how often it changed
 * @out: whether it is checked out
 *
 * The sum of this over all files, in any order, tells whether two programs know
 * the same. The mixing is that of splitmix64 (Steele, Lea and Flood, 2014).
 *
 * Returns: a number that hardly any other state of any file has
 */
guint64
feeder_state_hash (guint    index,
                   guint64  version,
                   gboolean out)
{
  guint64 z = ((guint64) index << 32) ^ (version << 1) ^ (out ? 1 : 0);

  z += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return z ^ (z >> 31);
}
