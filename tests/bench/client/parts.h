/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PartArguments:
 * @feeder: the program of that name
 * @client: the client, in a build of it that says when its first rows are painted
 *   (first-frame.c)
 * @schemas: the folder with the compiled settings schema
 * @n_files: how many files the shop has
 * @rate: changes a second
 * @seconds: how long a stream, or being idle, takes
 * @n: how many deltas, small messages, or starts
 * @settle_s: how long a client is left alone until it has come to rest, s
 *
 * What a part of the benchmark is about.
 */
typedef struct {
  const char *feeder;
  const char *client;
  const char *schemas;
  guint n_files;
  guint rate;
  guint seconds;
  guint n;
  guint settle_s;
} PartArguments;

void part_list   (const PartArguments *arguments);
void part_same   (const PartArguments *arguments);
void part_delta  (const PartArguments *arguments);
void part_flood  (const PartArguments *arguments);
void part_stream (const PartArguments *arguments);
void part_memory (const PartArguments *arguments);
void part_start  (const PartArguments *arguments);
void part_idle   (const PartArguments *arguments);

void part_say    (const char          *name,
                  guint                n_files,
                  double               value);

G_END_DECLS
