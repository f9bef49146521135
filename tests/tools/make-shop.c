/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/*
 * Makes a shop of any size for tests and benchmarks: a folder of programs, or
 * the message that a classic server would send about it. The same seed and
 * size give the same shop, to the byte.
 */

#define G_LOG_DOMAIN "peg-make-shop"

#include "peg-config.h"

#include "shop-plan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* More than this would need part numbers of more than seven digits. */
#define MAX_FILES 10000000

#define EXIT_USAGE 2

typedef struct {
  gint64 seed;
  gint64 n_files;
  gint64 size_bytes;
  gboolean json;
  const char *directory; /* (nullable): borrowed from the arguments */
} Options;

static gboolean
parse_options (int       *argc,
               char    ***argv,
               Options   *options,
               GError   **error)
{
  const GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_INT64, &options->seed, "Which shop to make (1)", "N" },
    { "files", 0, 0, G_OPTION_ARG_INT64, &options->n_files, "How many files (1000)", "N" },
    { "size", 0, 0, G_OPTION_ARG_INT64, &options->size_bytes, "Size of a file, about (512)",
      "BYTES" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json,
      "Print the FILE_LIST_UPDATED message instead", NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("DIR");

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_summary (context, "Makes a shop of CNC programs in DIR, "
                                "which must be empty or not there yet.");

  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;

  if (options->n_files < 0 || options->n_files > MAX_FILES) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 "--files must be from 0 to %d", MAX_FILES);
    return FALSE;
  }

  if (options->size_bytes < 0) {
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                         "--size must not be negative");
    return FALSE;
  }

  if (*argc != (options->json ? 1 : 2)) {
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                         options->json ? "--json takes no folder" : "One folder is needed");
    return FALSE;
  }

  options->directory = options->json ? NULL : (*argv)[1];

  return TRUE;
}

static gboolean
is_empty (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);

  return dir != NULL && g_dir_read_name (dir) == NULL;
}

/* Most files go into a folder that is there, so the folder is made only when
 * opening the file has failed for want of it. */
static int
open_file (int         root_fd,
           const char *path)
{
  const int flags = O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC;
  int fd = openat (root_fd, path, flags, 0644);

  if (fd >= 0 || errno != ENOENT)
    return fd;

  for (const char *slash = strchr (path, '/'); slash != NULL; slash = strchr (slash + 1, '/')) {
    g_autofree char *folder = g_strndup (path, (gsize) (slash - path));

    if (mkdirat (root_fd, folder, 0755) != 0 && errno != EEXIST)
      return -1;
  }

  return openat (root_fd, path, flags, 0644);
}

static gboolean
write_file (int             root_fd,
            const ShopFile *file,
            const GString  *text)
{
  const struct timespec times[2] = {
    { .tv_sec = file->modified_s },
    { .tv_sec = file->modified_s },
  };
  int fd = open_file (root_fd, file->path);
  gsize written = 0;
  gboolean done;

  if (fd < 0)
    return FALSE;

  while (written < text->len) {
    gssize n = write (fd, text->str + written, text->len - written);

    if (n < 0 && errno == EINTR)
      continue;

    if (n < 0)
      break;

    written += (gsize) n;
  }

  done = written == text->len && futimens (fd, times) == 0;

  return close (fd) == 0 && done;
}

static int
make_tree (const ShopPlan *plan,
           const Options  *options)
{
  g_autoptr (GString) text = g_string_sized_new ((gsize) options->size_bytes + 256);
  int root_fd;

  if (g_mkdir_with_parents (options->directory, 0755) != 0) {
    g_printerr ("make-shop: Cannot make “%s”: %s\n", options->directory, g_strerror (errno));
    return EXIT_FAILURE;
  }

  if (!is_empty (options->directory)) {
    g_printerr ("make-shop: “%s” is not an empty folder\n", options->directory);
    return EXIT_FAILURE;
  }

  root_fd = open (options->directory, O_DIRECTORY | O_RDONLY | O_CLOEXEC);

  if (root_fd < 0) {
    g_printerr ("make-shop: Cannot open “%s”: %s\n", options->directory, g_strerror (errno));
    return EXIT_FAILURE;
  }

  for (guint i = 0; i < plan->n_files; i++) {
    ShopFile file;

    shop_plan_get_file (plan, i, &file);
    shop_plan_write (plan, i, &file, (gsize) options->size_bytes, text);

    if (!write_file (root_fd, &file, text)) {
      g_printerr ("make-shop: Cannot write “%s”: %s\n", file.path, g_strerror (errno));
      close (root_fd);
      return EXIT_FAILURE;
    }
  }

  return close (root_fd) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void
append_time (GString *json,
             gint64   time_s)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_s);
  g_autofree char *words = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S+00:00");

  g_string_append_printf (json, "\"%s\"", words);
}

/* None of the strings of a plan holds anything JSON wants escaped. Of twenty
 * files, one is out. */
static void
append_entry (const ShopPlan *plan,
              guint           index,
              gsize           size_bytes,
              GString        *json)
{
  static const char *const people[] = { "dana", "jsmith", "Müller", "o.ivanenko", "li" };
  static const char *const reasons[] = { "", "Chamfer 0.3", "Op20 feeds", "Neue Spannung" };
  guint64 state = shop_plan_random (plan, index, 5);
  gboolean out = shop_random_next (&state) % 20 == 0;
  const char *person = people[shop_random_next (&state) % G_N_ELEMENTS (people)];
  const char *reason = reasons[shop_random_next (&state) % G_N_ELEMENTS (reasons)];
  gint64 out_for_s = (gint64) (shop_random_next (&state) % (7 * 24 * 60 * 60));
  ShopFile file;

  shop_plan_get_file (plan, index, &file);

  g_string_append_printf (json, "{\"filename\":\"%s\",\"path\":\"%s\",\"status\":\"%s\",",
                          file.name, file.path, out ? "locked" : "unlocked");

  if (out) {
    g_string_append_printf (json, "\"locked_by\":\"%s\",\"locked_at\":", person);
    append_time (json, file.modified_s + out_for_s);
  } else {
    g_string_append (json, "\"locked_by\":null,\"locked_at\":null");
  }

  g_string_append_printf (json, ",\"checkout_message\":\"%s\",\"size\":%" G_GSIZE_FORMAT
                          ",\"modified_at\":", out ? reason : "", size_bytes);
  append_time (json, file.modified_s);

  if (file.description[0] != '\0')
    g_string_append_printf (json, ",\"description\":\"%s\"", file.description);
  else
    g_string_append (json, ",\"description\":null");

  g_string_append_printf (json, ",\"revision\":\"%u.%u\",\"is_link\":false,\"master_file\":null,"
                          "\"group\":\"%s\",\"subgroup\":", file.major, file.minor, file.group);

  if (file.part[0] != '\0')
    g_string_append_printf (json, "\"%s\"}", file.part);
  else
    g_string_append (json, "null}");
}

static int
print_json (const ShopPlan *plan,
            const Options  *options)
{
  g_autoptr (GHashTable) groups = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  int result;

  /* Groups in the order of their first file: unsorted, as servers send them. */
  for (guint i = 0; i < plan->n_files; i++) {
    ShopFile file;
    GString *json;

    shop_plan_get_file (plan, i, &file);
    json = g_hash_table_lookup (groups, file.group);

    if (json == NULL) {
      char *name = g_strdup (file.group);

      json = g_string_new (NULL);
      g_ptr_array_add (names, name);
      g_hash_table_insert (groups, name, json);
    } else {
      g_string_append_c (json, ',');
    }

    append_entry (plan, i, (gsize) options->size_bytes, json);
  }

  fputs ("{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{", stdout);

  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);
    GString *json = g_hash_table_lookup (groups, name);

    printf ("%s\"%s\":[", i > 0 ? "," : "", name);
    fwrite (json->str, 1, json->len, stdout);
    putchar (']');
    g_string_free (json, TRUE);
  }

  fputs ("},\"timestamp\":\"2026-11-01T00:00:00+00:00\"}\n", stdout);
  result = fflush (stdout) == 0 && ferror (stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;

  if (result != EXIT_SUCCESS)
    g_printerr ("make-shop: Cannot write the message: %s\n", g_strerror (errno));

  return result;
}

int
main (int    argc,
      char **argv)
{
  Options options = { .seed = 1, .n_files = 1000, .size_bytes = 512 };
  g_autoptr (GError) error = NULL;
  ShopPlan plan;

  if (!parse_options (&argc, &argv, &options, &error)) {
    g_printerr ("make-shop: %s\nUsage: make-shop [--seed N] [--files N] [--size BYTES] DIR\n"
                "       make-shop [--seed N] [--files N] [--size BYTES] --json\n",
                error->message);
    return EXIT_USAGE;
  }

  plan.seed = (guint64) options.seed;
  plan.n_files = (guint) options.n_files;

  return options.json ? print_json (&plan, &options) : make_tree (&plan, &options);
}
