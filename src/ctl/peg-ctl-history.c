/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-ctl-print.h"
#include "peg-words.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

/* Asks for the history of a file, and says so if there is none. */
static GPtrArray *
fetch_history (PegCtl     *ctl,
               PegEntry   *entry,
               PegCtlExit *failure)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *kept = NULL;
  GPtrArray *revisions;

  peg_link_history_async (ctl->link, peg_entry_get_key (entry), NULL, peg_ctl_result_cb, &kept);
  result = peg_ctl_wait (&kept);
  revisions = peg_link_history_finish (ctl->link, result, &error);

  if (revisions == NULL)
    *failure = peg_ctl_exit_for (ctl, error);

  return revisions;
}

static void
print_revision (PegCtl            *ctl,
                const PegRevision *revision,
                PegTable          *table)
{
  g_autofree char *number = peg_words_revision (revision->major, revision->minor);
  g_autofree char *when = NULL;

  if (ctl->json) {
    g_autoptr (JsonBuilder) builder = peg_ctl_json_new ("revision");

    peg_ctl_json_string (builder, "revision", *number != '\0' ? number : NULL);
    peg_ctl_json_string (builder, "who", revision->who);
    peg_ctl_json_time (builder, "when", revision->when_us);
    peg_ctl_json_string (builder, "comment", revision->comment);
    peg_ctl_json_string (builder, "hash", revision->hash);
    peg_ctl_print_json (builder);
    return;
  }

  when = revision->when_us != 0 ? peg_words_date_time (revision->when_us) : g_strdup ("");
  peg_table_add (table, NULL, number, revision->who != NULL ? revision->who : "", when,
                 revision->comment != NULL ? revision->comment : "", NULL);
}

static PegCtlExit
run_history (PegCtl *ctl,
             int     argc,
             char  **argv)
{
  const GOptionEntry options[] = { G_OPTION_ENTRY_NULL };
  g_autoptr (PegTable) table = peg_table_new (4);
  g_autoptr (PegEntry) entry = NULL;
  g_autoptr (GPtrArray) revisions = NULL;
  PegCtlExit result;

  if (!peg_ctl_parse (&peg_ctl_history, options, &argc, &argv))
    return PEG_CTL_USAGE;

  result = peg_ctl_take_file (ctl, &peg_ctl_history, argc, argv, 2,
                              _("Name one file"), &entry);
  if (result != PEG_CTL_DONE)
    return result;

  revisions = fetch_history (ctl, entry, &result);
  if (revisions == NULL)
    return result;

  for (guint i = 0; i < revisions->len; i++)
    print_revision (ctl, g_ptr_array_index (revisions, i), table);
  peg_table_print (table, ctl->colour);

  return PEG_CTL_DONE;
}

const PegCtlCommand peg_ctl_history = {
  "history", "FILE", N_("List the revisions of a file, newest first"), run_history, NULL,
};

/* Finds the content of a revision by its number, and says so if there is none. */
static char *
find_hash (PegCtl     *ctl,
           PegEntry   *entry,
           const char *wanted,
           PegCtlExit *failure)
{
  g_autoptr (GPtrArray) revisions = fetch_history (ctl, entry, failure);
  g_autofree char *words = NULL;

  if (revisions == NULL)
    return NULL;

  for (guint i = 0; i < revisions->len; i++) {
    const PegRevision *revision = g_ptr_array_index (revisions, i);
    g_autofree char *number = peg_words_revision (revision->major, revision->minor);

    if (g_str_equal (number, wanted))
      return g_strdup (revision->hash);
  }

  /* Translators: the name of a file, and a number like 1.4. */
  words = g_strdup_printf (_("“%s” has no revision %s. “pegctl history” lists those it has."),
                           peg_entry_get_filename (entry), wanted);
  peg_ctl_complain (ctl, "not-found", words);
  *failure = PEG_CTL_REFUSED;

  return NULL;
}

/* Copies a file to the standard output. */
static gboolean
copy_to_stdout (GFile   *file,
                GError **error)
{
  g_autoptr (GFileInputStream) input = g_file_read (file, NULL, error);
  char buffer[64 * 1024];

  if (input == NULL)
    return FALSE;

  for (;;) {
    gssize size = g_input_stream_read (G_INPUT_STREAM (input), buffer, sizeof buffer, NULL, error);

    if (size <= 0)
      return size == 0;

    if (fwrite (buffer, 1, (gsize) size, stdout) != (gsize) size) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           _("Cannot write to the standard output"));
      return FALSE;
    }
  }
}

static PegCtlExit
download (PegCtl     *ctl,
          PegEntry   *entry,
          const char *hash,
          GFile      *destination)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *kept = NULL;

  peg_link_download_async (ctl->link, peg_entry_get_key (entry), hash, destination, NULL,
                           peg_ctl_result_cb, &kept);
  result = peg_ctl_wait (&kept);
  if (!peg_link_download_finish (ctl->link, result, &error))
    return peg_ctl_exit_for (ctl, error);

  return PEG_CTL_DONE;
}

static PegCtlExit
get_to_stdout (PegCtl     *ctl,
               PegEntry   *entry,
               const char *hash)
{
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;
  PegCtlExit result;

  file = g_file_new_tmp ("pegctl-XXXXXX", &stream, &error);
  if (file == NULL)
    return peg_ctl_exit_for (ctl, error);

  result = download (ctl, entry, hash, file);
  if (result == PEG_CTL_DONE && !copy_to_stdout (file, &error))
    result = peg_ctl_exit_for (ctl, error);
  g_file_delete (file, NULL, NULL);

  return result;
}

static PegCtlExit
get_to_file (PegCtl     *ctl,
             PegEntry   *entry,
             const char *hash,
             const char *output,
             gboolean    force)
{
  g_autoptr (GFile) destination =
    g_file_new_for_commandline_arg (output != NULL ? output : peg_entry_get_filename (entry));
  g_autofree char *name = g_file_get_parse_name (destination);
  g_autofree char *words = NULL;
  PegCtlExit result;

  if (!force && g_file_query_exists (destination, NULL)) {
    /* Translators: %s is the name of a file on this computer. */
    words = g_strdup_printf (_("“%s” is there already and was left as it is. “--force” replaces it."),
                             name);
    peg_ctl_complain (ctl, "exists", words);
    return PEG_CTL_REFUSED;
  }

  result = download (ctl, entry, hash, destination);
  if (result != PEG_CTL_DONE)
    return result;

  /* Translators: the name of a file on the server, and one on this computer. */
  words = g_strdup_printf (_("Saved %s as %s"), peg_entry_get_filename (entry), name);
  peg_ctl_print_done (ctl, "saved", entry, words);

  return PEG_CTL_DONE;
}

/* A name from the server is never a path: only its last part is used, and only
 * if that names a file. */
static gboolean
is_safe_name (const char *filename)
{
  return *filename != '\0' && *filename != '.' && strchr (filename, '/') == NULL;
}

static PegCtlExit
run_get (PegCtl *ctl,
         int     argc,
         char  **argv)
{
  g_autofree char *output = NULL;
  g_autofree char *revision = NULL;
  g_autofree char *hash = NULL;
  gboolean force = FALSE;
  const GOptionEntry options[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, NULL, NULL },
    { "revision", 'r', 0, G_OPTION_ARG_STRING, &revision, NULL, NULL },
    { "force", 'f', 0, G_OPTION_ARG_NONE, &force, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (PegEntry) entry = NULL;
  PegCtlExit result;

  if (!peg_ctl_parse (&peg_ctl_get, options, &argc, &argv))
    return PEG_CTL_USAGE;

  result = peg_ctl_take_file (ctl, &peg_ctl_get, argc, argv, 2,
                              _("Name one file to get"), &entry);
  if (result != PEG_CTL_DONE)
    return result;

  if (output == NULL && !is_safe_name (peg_entry_get_filename (entry)))
    return peg_ctl_usage (&peg_ctl_get, _("Say with “-o” where to save this file"));

  if (revision != NULL) {
    hash = find_hash (ctl, entry, revision, &result);
    if (hash == NULL)
      return result;
  }

  if (g_strcmp0 (output, "-") == 0)
    return get_to_stdout (ctl, entry, hash);

  return get_to_file (ctl, entry, hash, output, force);
}

const PegCtlCommand peg_ctl_get = {
  "get", "[-o OUTPUT] [-r REVISION] [-f] FILE",
  N_("Save a copy of a file, or of an old revision; “-o -” prints it"), run_get, NULL,
};
