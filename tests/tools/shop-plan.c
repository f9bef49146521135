/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-shop-plan"

#include "peg-config.h"

#include "shop-plan.h"

#include <string.h>

/* How many files consecutive parts have, over and over: most have few. */
static const guint part_sizes[] = { 1, 3, 2, 6, 1, 4, 2, 5 };

/* The sum of part_sizes. */
#define PART_CYCLE_FILES 24

/* From here on the folder of a machine gets a folder for every two digits, so
 * that no folder holds more than a few thousand files. */
#define DEEP_FROM_FILES 20000

/* How many files a folder that belongs to no machine is meant to hold. */
#define FOLDER_FILES 500

/* 2026-11-01, 00:00 UTC. Files are as old as two years before that. */
#define NEWEST_S G_GINT64_CONSTANT (1793491200)

static const char *const machines[] = {
  "VF-4", "VF-2", "DMU-50", "MILL-840D", "LB3000", "ST-20", "HMC-500", "5AX-1",
};

static const char *const folders[] = {
  "Fixtures", "Probing", "Macros", "Lathe", "Gauges", "Tombstones",
};

static const char *const nouns[] = {
  "BRACKET", "HOUSING", "FLANGE", "SHAFT", "COVER", "MANIFOLD", "PLATE", "BUSHING",
  "SPACER", "LEVER", "CLAMP", "NOZZLE", "VALVE BODY", "MOTOR MOUNT", "GEAR BLANK", "SLIDE",
  "PISTON", "COUPLING", "HINGE", "BEARING CAP", "RACK", "PULLEY", "ADAPTER", "JAW",
};

static const char *const qualities[] = {
  "", ", LEFT", ", RIGHT", ", UPPER", ", LOWER", ", FRONT", ", REAR", ", LONG",
  ", SHORT", ", THIN", ", SPLIT", ", BLANK",
};

static const char *const file_words[] = {
  "FACE", "DRILL", "ROUGH", "FINISH", "BORE", "THREAD", "SLOT", "ENGRAVE",
};

static const char *const kind_extensions[] = {
  [SHOP_KIND_FANUC] = "nc",
  [SHOP_KIND_HEIDENHAIN] = "h",
  [SHOP_KIND_SIEMENS] = "mpf",
  [SHOP_KIND_OKUMA] = "min",
  [SHOP_KIND_CAM] = "mcam",
  [SHOP_KIND_SETUP] = "txt",
};

/**
 * shop_random_next:
 * @state: the state, any number at first
 *
 * Draws the next number of SplitMix64 (Steele, Lea, Flood: “Fast splittable
 * pseudorandom number generators”, 2014). Unlike #GRand it is cheap to seed,
 * which is done here once for every file.
 *
 * Returns: 64 random bits
 */
guint64
shop_random_next (guint64 *state)
{
  guint64 z;

  g_return_val_if_fail (state != NULL, 0);

  *state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  z = *state;
  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return z ^ (z >> 31);
}

/**
 * shop_plan_random:
 * @plan: the shop
 * @index: number of a file
 * @purpose: what the numbers are for
 *
 * Makes a state for shop_random_next() that depends on the shop, the file and
 * the purpose, so that drawing more for one purpose changes no other.
 *
 * Returns: the state
 */
guint64
shop_plan_random (const ShopPlan *plan,
                  guint           index,
                  guint           purpose)
{
  guint64 state;

  g_return_val_if_fail (plan != NULL, 0);

  state = plan->seed ^ ((guint64) purpose << 56);
  state = shop_random_next (&state) + index;

  return shop_random_next (&state);
}

static guint
draw (guint64 *state,
      guint    below)
{
  return (guint) (shop_random_next (state) % below);
}

static ShopKind
draw_kind (guint64 *state)
{
  guint percent = draw (state, 100);

  if (percent < 55)
    return SHOP_KIND_FANUC;

  if (percent < 70)
    return SHOP_KIND_HEIDENHAIN;

  if (percent < 82)
    return SHOP_KIND_SIEMENS;

  if (percent < 92)
    return SHOP_KIND_OKUMA;

  return percent < 97 ? SHOP_KIND_CAM : SHOP_KIND_SETUP;
}

/* A part is numbered so that groups fill up evenly and no number comes twice:
 * both steps are coprime to what they are taken modulo. */
static void
plan_part (const ShopPlan *plan,
           guint           part_file,
           guint64        *state,
           ShopFile       *file)
{
  guint64 shop_state = shop_plan_random (plan, 0, 1);
  guint first_group = draw (&shop_state, 90);
  guint first_number = draw (&shop_state, 100000);
  guint n_groups = CLAMP (plan->n_files / 40, 1, 90);
  guint within = part_file % PART_CYCLE_FILES;
  guint part = part_file / PART_CYCLE_FILES * G_N_ELEMENTS (part_sizes);
  guint digits, number, size;
  guint64 part_state;
  const char *machine;
  char suffix[8] = "";
  const char *extension = kind_extensions[file->kind];

  for (size = 0; within >= part_sizes[size]; size++)
    within -= part_sizes[size];

  part += size;
  digits = 10 + (part % n_groups * 37 + first_group) % 90;
  number = (guint) (((guint64) (part / n_groups) * 7919 + first_number) % 100000);

  part_state = shop_plan_random (plan, part, 2);
  machine = machines[draw (&part_state, G_N_ELEMENTS (machines))];

  if (within > 0)
    g_snprintf (suffix, sizeof suffix, "_%c%.1s%u", 'A' + (char) draw (state, 26),
                draw (state, 2) == 0 ? "B" : "", within);

  g_snprintf (file->part, sizeof file->part, "%02u%05u", digits, number);
  g_snprintf (file->group, sizeof file->group, "%02uXXXXX", digits);

  if (plan->n_files > DEEP_FROM_FILES)
    g_snprintf (file->path, sizeof file->path, "%s/%s/%s%s.%s",
                machine, file->group, file->part, suffix, extension);
  else if (part % 16 == 15)
    g_snprintf (file->path, sizeof file->path, "%s%s.%s", file->part, suffix, extension);
  else
    g_snprintf (file->path, sizeof file->path, "%s/%s%s.%s",
                machine, file->part, suffix, extension);
}

static void
plan_other (const ShopPlan *plan,
            guint           other_file,
            guint64        *state,
            ShopFile       *file)
{
  guint n_folders = MAX (G_N_ELEMENTS (folders), plan->n_files / 5 * 2 / FOLDER_FILES);
  guint folder = other_file % n_folders;
  guint within = other_file / n_folders + 1;
  const char *word = file_words[draw (state, G_N_ELEMENTS (file_words))];
  const char *extension = kind_extensions[file->kind];
  char stem[48];

  if (folder < G_N_ELEMENTS (folders))
    g_strlcpy (file->group, folders[folder], sizeof file->group);
  else
    g_snprintf (file->group, sizeof file->group, "Customer %04u", folder);

  /* The number within the folder is in every name, which keeps names apart. */
  if (file->kind != SHOP_KIND_FANUC)
    g_snprintf (stem, sizeof stem, "%s_%u_OP%u", word, within, 10 + 10 * draw (state, 4));
  else if (draw (state, 50) == 0)
    g_snprintf (stem, sizeof stem, "Düse_Ø%u", within);
  else if (draw (state, 3) == 0)
    g_snprintf (stem, sizeof stem, "O%04u_%s", within, word);
  else
    g_snprintf (stem, sizeof stem, "O%04u", within);

  g_snprintf (file->path, sizeof file->path, "%s/%s.%s", file->group, stem, extension);
}

/**
 * shop_plan_get_file:
 * @plan: the shop
 * @index: number of the file, less than the number of files
 * @file: (out caller-allocates): return location for the file
 *
 * Works out one file. Of five files, three belong to a part and two lie in a
 * folder of their own kind. No two numbers give the same path.
 */
void
shop_plan_get_file (const ShopPlan *plan,
                    guint           index,
                    ShopFile       *file)
{
  guint64 state;
  const char *slash;

  g_return_if_fail (plan != NULL);
  g_return_if_fail (index < plan->n_files);
  g_return_if_fail (file != NULL);

  memset (file, 0, sizeof *file);
  state = shop_plan_random (plan, index, 3);
  file->kind = draw_kind (&state);

  if (index % 5 < 3)
    plan_part (plan, index / 5 * 3 + index % 5, &state, file);
  else
    plan_other (plan, index / 5 * 2 + index % 5 - 3, &state, file);

  slash = strrchr (file->path, '/');
  file->name = slash != NULL ? slash + 1 : file->path;
  file->major = 1 + draw (&state, 4);
  file->minor = draw (&state, 13);
  file->modified_s = NEWEST_S - draw (&state, 2 * 365 * 24 * 60 * 60);

  if (file->kind != SHOP_KIND_CAM)
    g_snprintf (file->description, sizeof file->description, "%s%s, OP%u",
                nouns[draw (&state, G_N_ELEMENTS (nouns))],
                qualities[draw (&state, G_N_ELEMENTS (qualities))],
                10 + 10 * draw (&state, 6));
}

static void
write_header (guint           index,
              const ShopFile *file,
              GString        *text)
{
  const char *part = file->part[0] != '\0' ? file->part : "ANY";
  int stem_length = (int) (strrchr (file->name, '.') - file->name);
  guint number = index % 9000 + 1;

  /* The name of a Fanuc program is its number, where it has one. */
  if (file->kind == SHOP_KIND_FANUC && file->name[0] == 'O')
    number = (guint) g_ascii_strtoull (file->name + 1, NULL, 10);

  switch (file->kind) {
  case SHOP_KIND_FANUC:
    g_string_append_printf (text, "%%\nO%04u (%s)\n(PART %s REV %u.%u)\nG21 G17 G40 G49 G80 G90\n",
                            number, file->description, part, file->major, file->minor);
    break;

  case SHOP_KIND_HEIDENHAIN:
    g_string_append_printf (text, "0 BEGIN PGM %.*s MM\n1 ; %s\n2 ; PART %s REV %u.%u\n",
                            stem_length, file->name, file->description, part,
                            file->major, file->minor);
    break;

  case SHOP_KIND_SIEMENS:
    g_string_append_printf (text, "; %s\n; PART %s REV %u.%u\nG17 G54 G71 G90 G40\n",
                            file->description, part, file->major, file->minor);
    break;

  case SHOP_KIND_OKUMA:
    g_string_append_printf (text, "$%.*s.MIN%%\nO%04u\n(%s)\n(PART %s REV %u.%u)\nG50 S2000\n",
                            stem_length, file->name, number, file->description, part,
                            file->major, file->minor);
    break;

  case SHOP_KIND_CAM:
    g_string_append_len (text, "PEGCAM\0\1", 8);
    break;

  case SHOP_KIND_SETUP:
    g_string_append_printf (text, "%s\nPART %s REV %u.%u\n\n",
                            file->description, part, file->major, file->minor);
    break;

  default:
    g_assert_not_reached ();
  }
}

static void
write_move (guint64   random,
            ShopKind  kind,
            guint     block,
            GString  *text)
{
  guint x = (guint) (random % 2000);
  guint y = (guint) (random / 2000 % 2000);

  if (kind == SHOP_KIND_CAM)
    g_string_append_len (text, (const char *) &random, sizeof random);
  else if (kind == SHOP_KIND_SETUP)
    g_string_append (text, (random & 1) != 0 ? "Check the jaws.\n" : "Wipe the table first.\n");
  else if (kind == SHOP_KIND_HEIDENHAIN)
    g_string_append_printf (text, "%u L X+%u.%u Y+%u.%u F AUTO\n",
                            block, x / 10, x % 10, y / 10, y % 10);
  else
    g_string_append_printf (text, "G1 X%u.%u Y%u.%u\n", x / 10, x % 10, y / 10, y % 10);
}

/**
 * shop_plan_write:
 * @plan: the shop
 * @index: number of the file
 * @file: the file, from shop_plan_get_file()
 * @size_bytes: how many bytes to write, roughly; header and end are always whole
 * @text: what is in it is replaced by the contents of the file
 *
 * Writes the contents of one file. Files that are not text hold the number of
 * the machine's own byte order, so they differ between architectures.
 */
void
shop_plan_write (const ShopPlan *plan,
                 guint           index,
                 const ShopFile *file,
                 gsize           size_bytes,
                 GString        *text)
{
  guint64 state;
  guint block = 3;

  g_return_if_fail (plan != NULL);
  g_return_if_fail (file != NULL);
  g_return_if_fail (text != NULL);

  state = shop_plan_random (plan, index, 4);
  g_string_truncate (text, 0);
  write_header (index, file, text);

  while (text->len + 24 < size_bytes)
    write_move (shop_random_next (&state), file->kind, block++, text);

  if (file->kind == SHOP_KIND_FANUC)
    g_string_append (text, "M30\n%\n");
  else if (file->kind == SHOP_KIND_HEIDENHAIN)
    g_string_append_printf (text, "%u END PGM %.*s MM\n", block,
                            (int) (strrchr (file->name, '.') - file->name), file->name);
  else if (file->kind == SHOP_KIND_SIEMENS)
    g_string_append (text, "M30\n");
  else if (file->kind == SHOP_KIND_OKUMA)
    g_string_append (text, "M02\n%\n");
}
