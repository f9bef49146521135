/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-ctl-print.h"
#include "peg-diff.h"
#include "peg-words.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

typedef struct {
  PegCtl *ctl;
  PegSnapshot *last; /* (owned) (not nullable): what was printed */
  guint64 last_notice; /* the serial of the last one that was printed */
  gboolean stop;
  PegCtlExit exit;
} Watch;

static gboolean
stop_cb (gpointer user_data)
{
  Watch *watch = user_data;

  watch->stop = TRUE;

  return G_SOURCE_CONTINUE;
}

static void
print_line (const char *words)
{
  const PegDisplayNow now = peg_ctl_now ();
  g_autofree char *clock = peg_words_clock (now.wall_us, now.wall_us);
  g_autofree char *printable = peg_ctl_printable (words);

  g_print ("%s  %s\n", clock, printable);
}

static void
print_link (Watch             *watch,
            const PegSnapshot *snapshot)
{
  const PegLinkStatus *before = peg_snapshot_get_link (watch->last);
  const PegLinkStatus *after = peg_snapshot_get_link (snapshot);
  const PegDisplayNow now = peg_ctl_now ();

  if (before->state == after->state && before->reason == after->reason &&
      before->attempt == after->attempt &&
      peg_snapshot_is_live (watch->last) == peg_snapshot_is_live (snapshot))
    return;

  if (watch->ctl->json) {
    g_autoptr (JsonBuilder) builder = peg_ctl_json_new ("link");

    peg_ctl_json_link (builder, snapshot);
    peg_ctl_print_json (builder);
  } else {
    g_autofree char *words = peg_display_link_words (snapshot, &now);
    g_autofree char *why = peg_display_link_why (snapshot);
    g_autofree char *line = why != NULL && !peg_link_state_is_live (after->state) ?
                            g_strconcat (words, ": ", why, NULL) : g_strdup (words);

    print_line (line);
  }
}

static void
print_list (Watch             *watch,
            const PegSnapshot *snapshot)
{
  const PegCounts *counts = peg_snapshot_get_counts (snapshot);

  if (watch->ctl->json) {
    g_autoptr (JsonBuilder) builder = peg_ctl_json_new ("list");

    json_builder_set_member_name (builder, "files");
    json_builder_add_int_value (builder, counts->all);
    json_builder_set_member_name (builder, "out");
    json_builder_add_int_value (builder, counts->out);
    json_builder_set_member_name (builder, "seq");
    json_builder_add_int_value (builder, (gint64) peg_snapshot_get_seq (snapshot));
    peg_ctl_print_json (builder);
  } else {
    g_autofree char *line = g_strdup_printf (_("%u files, %u out"), counts->all, counts->out);

    print_line (line);
  }
}

typedef struct {
  Watch *watch;
  const PegSnapshot *snapshot;
} Change;

static void
print_change_cb (PegEntry *before,
                 PegEntry *after,
                 gpointer  user_data)
{
  const Change *change = user_data;
  const PegSnapshot *snapshot = change->snapshot;
  const PegEntry *entry = after != NULL ? after : before;
  const char *path = peg_entry_get_path (entry);

  if (path == NULL)
    path = peg_entry_get_filename (entry);

  if (change->watch->ctl->json) {
    g_autoptr (GEnumClass) causes = g_type_class_ref (PEG_TYPE_CAUSE);
    g_autoptr (JsonBuilder) builder =
      peg_ctl_json_new (before == NULL ? "added" : after == NULL ? "removed" : "changed");

    peg_ctl_json_file (builder, snapshot, entry);
    peg_ctl_json_string (builder, "cause",
                         g_enum_get_value (causes, (int) peg_snapshot_get_last_cause (snapshot))
                           ->value_nick);
    peg_ctl_json_string (builder, "by", peg_snapshot_get_last_by (snapshot));
    json_builder_set_member_name (builder, "seq");
    json_builder_add_int_value (builder, (gint64) peg_snapshot_get_seq (snapshot));
    peg_ctl_print_json (builder);
  } else {
    const PegDisplayNow now = peg_ctl_now ();
    g_autofree char *lock = peg_display_lock_words (snapshot, entry, &now);
    /* Translators: printed behind the path of a file that was deleted. */
    g_autofree char *line = g_strconcat (path, "  ", after != NULL ? lock : _("gone"), NULL);

    print_line (line);
  }
}

static gboolean
has_name (GPtrArray  *names,
          const char *name)
{
  return g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL);
}

static void
print_person (Watch      *watch,
              const char *name,
              gboolean    here)
{
  if (watch->ctl->json) {
    g_autoptr (JsonBuilder) builder = peg_ctl_json_new ("presence");

    peg_ctl_json_string (builder, "user", name);
    json_builder_set_member_name (builder, "here");
    json_builder_add_boolean_value (builder, here);
    peg_ctl_print_json (builder);
  } else {
    /* Translators: %s is the name of a person. */
    g_autofree char *line = g_strdup_printf (here ? _("%s is on the board now") : _("%s is not on the board now"),
                                             name);

    print_line (line);
  }
}

/* Who comes and goes. While there is no connection nobody knows, which is not
 * the same as that they left. */
static void
print_presence (Watch             *watch,
                const PegSnapshot *snapshot)
{
  GPtrArray *before = peg_snapshot_get_present (watch->last);
  GPtrArray *after = peg_snapshot_get_present (snapshot);

  if (before == after || after == NULL)
    return;

  for (guint i = 0; before != NULL && i < before->len; i++) {
    if (!has_name (after, g_ptr_array_index (before, i)))
      print_person (watch, g_ptr_array_index (before, i), FALSE);
  }

  for (guint i = 0; i < after->len; i++) {
    if (before == NULL || !has_name (before, g_ptr_array_index (after, i)))
      print_person (watch, g_ptr_array_index (after, i), TRUE);
  }
}

/* What the server is at: each step for programs, the ends for people; those are
 * among the notices. */
static void
print_works (Watch             *watch,
             const PegSnapshot *snapshot)
{
  const GPtrArray *before = peg_snapshot_get_works (watch->last);
  const GPtrArray *after = peg_snapshot_get_works (snapshot);
  const PegDisplayNow now = peg_ctl_now ();

  for (guint i = 0; before != after && i < after->len; i++) {
    PegWork *work = g_ptr_array_index (after, i);
    g_autofree char *words = NULL;
    g_autofree char *line = NULL;

    if (g_ptr_array_find ((GPtrArray *) before, work, NULL))
      continue;

    if (watch->ctl->json) {
      g_autoptr (JsonBuilder) builder = peg_ctl_json_new ("progress");

      peg_ctl_json_string (builder, "file", work->file);
      peg_ctl_json_string (builder, "message", work->text);
      json_builder_set_member_name (builder, "percent");
      if (work->percent >= 0)
        json_builder_add_double_value (builder, work->percent);
      else
        json_builder_add_null_value (builder);
      peg_ctl_print_json (builder);
      continue;
    }

    words = peg_display_work_words (work, &now);
    line = g_strconcat (peg_display_work_title (work), "  ", words, NULL);
    print_line (line);
  }
}

/* What else was said. */
static void
print_notices (Watch             *watch,
               const PegSnapshot *snapshot)
{
  const GPtrArray *notices = peg_snapshot_get_notices (snapshot);

  for (guint i = 0; i < notices->len; i++) {
    const PegNotice *notice = g_ptr_array_index (notices, i);

    if (notice->serial <= watch->last_notice)
      continue;

    watch->last_notice = notice->serial;
    if (watch->ctl->json) {
      g_autoptr (JsonBuilder) builder = peg_ctl_json_new ("notice");

      peg_ctl_json_string (builder, "text", notice->text);
      json_builder_set_member_name (builder, "error");
      json_builder_add_boolean_value (builder, notice->level == PEG_NOTICE_ERROR);
      peg_ctl_print_json (builder);
    } else {
      print_line (notice->text);
    }
  }
}

static void
snapshot_cb (PegStore   *store,
             GParamSpec *pspec,
             Watch      *watch)
{
  PegSnapshot *snapshot = peg_store_get_shown (store);
  Change change = { watch, snapshot };

  /* Nothing would ever come again: only a person with a token can go on. */
  if (peg_snapshot_get_link (snapshot)->state == PEG_LINK_ACTION_NEEDED &&
      peg_snapshot_get_link (snapshot)->reason == PEG_LINK_REASON_SIGN_IN) {
    watch->exit = PEG_CTL_SIGN_IN;
    watch->stop = TRUE;
  }

  print_link (watch, snapshot);
  print_presence (watch, snapshot);
  print_works (watch, snapshot);
  print_notices (watch, snapshot);

  if (peg_snapshot_has_list (snapshot)) {
    if (!peg_snapshot_has_list (watch->last))
      print_list (watch, snapshot);
    else
      peg_snapshot_diff (watch->last, snapshot, print_change_cb, &change);
  }

  peg_snapshot_unref (watch->last);
  watch->last = peg_snapshot_ref (snapshot);
}

static PegCtlExit
run (PegCtl *ctl,
     int     argc,
     char  **argv)
{
  g_auto (GStrv) topics = NULL;
  const GOptionEntry options[] = {
    { "topic", 't', 0, G_OPTION_ARG_STRING_ARRAY, &topics, NULL, NULL },
    G_OPTION_ENTRY_NULL
  };
  Watch watch = { .ctl = ctl, .exit = PEG_CTL_DONE };
  PegCtlExit result;
  guint sources[2];

  if (!peg_ctl_parse (&peg_ctl_watch, options, &argc, &argv))
    return PEG_CTL_USAGE;
  if (argc > 1)
    return peg_ctl_usage (&peg_ctl_watch, _("“watch” takes no arguments"));

  ctl->config.topics = (const char * const *) topics;
  result = peg_ctl_connect (ctl);
  if (result != PEG_CTL_DONE)
    return result;

  watch.last = peg_snapshot_new ();
  sources[0] = g_unix_signal_add (SIGINT, stop_cb, &watch);
  sources[1] = g_unix_signal_add (SIGTERM, stop_cb, &watch);
  g_signal_connect (ctl->store, "notify::snapshot", G_CALLBACK (snapshot_cb), &watch);

  /* It never gives up: whoever watches wants to see the server come back. */
  while (!watch.stop)
    g_main_context_iteration (NULL, TRUE);

  g_signal_handlers_disconnect_by_data (ctl->store, &watch);
  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);
  peg_snapshot_unref (watch.last);

  return watch.exit;
}

const PegCtlCommand peg_ctl_watch = {
  "watch", "[--topic NAME]…", N_("Print every change as it comes, until it is interrupted"), run, NULL,
};
