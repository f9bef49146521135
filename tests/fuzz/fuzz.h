/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <stddef.h>
#include <stdint.h>

/* What libFuzzer calls (https://llvm.org/docs/LibFuzzer.html), and, in a build
 * without it, fuzz-main.c with every seed. */
int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);
