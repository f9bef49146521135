/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-check-in-page"

#include "peg-config.h"

#include "peg-check-in-page.h"

#include "peg-words.h"

#include <glib/gi18n.h>

/* What was filled in for one file, and not yet checked in. */
typedef struct {
  char *path;    /* (owned) (not nullable) */
  char *comment; /* (owned) (not nullable) */
  gboolean major;
  char *sent_for;  /* (owned) (nullable): the content that it was sent to replace */
  gboolean under_way;
} Draft;

/**
 * PegCheckInPage:
 *
 * Asks for what a check-in needs: the file, what changed, and whether it is a
 * new revision or a small change of the same.
 *
 * What was filled in is kept for each file until that file is checked in,
 * whatever is looked at in between, however often the server refuses it, and
 * even when somebody else takes the file.
 */
struct _PegCheckInPage
{
  AdwBin parent_instance;

  GtkDropTarget *drop;
  GtkLabel *name;
  GtkEditable *path;
  GtkLabel *path_words;
  GtkEditable *comment;
  GtkCheckButton *minor;
  GtkCheckButton *major;
  GtkWidget *send;
  GtkLabel *why_not;

  PegFilePicker *picker;     /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) (nullable): of the question for a file */
  GHashTable *drafts;        /* (owned) (element-type utf8 Draft): by key */
  char *key;                 /* (owned) (nullable): of the file that is checked in */
  char *refusal;             /* (owned) (nullable): why it cannot be now */
  gboolean away;             /* the server is: it is kept until it is back */
  GCancellable *query;       /* (owned) (nullable): of the question to the disk */
  char *content;             /* (owned) (nullable): what the file has now */
  char *checked;             /* (owned) (nullable): the path that was asked about */
  char *path_wrong;          /* (owned) (nullable): why it cannot be sent */
  gboolean path_checked;     /* the disk has answered */
  gboolean loading;
};

G_DEFINE_FINAL_TYPE (PegCheckInPage, peg_check_in_page, ADW_TYPE_BIN)

enum {
  SIGNAL_CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
draft_free (gpointer data)
{
  Draft *draft = data;

  g_free (draft->path);
  g_free (draft->comment);
  g_free (draft->sent_for);
  g_free (draft);
}

static void
update_send (PegCheckInPage *self)
{
  const char *wrong = self->path_wrong;

  /* Its line stays when it is empty, so that nothing below it jumps. */
  gtk_label_set_text (self->path_words, wrong != NULL ? wrong : "");
  if (self->refusal != NULL)
    gtk_label_set_text (self->why_not, self->refusal);
  else
    gtk_label_set_text (self->why_not,
                        self->away ? _("The server is away. This is kept on this computer, and sent when it is back.")
                                   : "");
  gtk_widget_set_visible (GTK_WIDGET (self->why_not), self->refusal != NULL || self->away);
  gtk_widget_set_sensitive (self->send, self->path_checked && wrong == NULL && self->refusal == NULL);
  gtk_widget_set_tooltip_text (self->send, wrong != NULL ? wrong : self->refusal);
}

static void
set_verdict (PegCheckInPage *self,
             const char     *wrong)
{
  g_free (self->path_wrong);
  self->path_wrong = g_strdup (wrong);
  self->path_checked = TRUE;
}

static void
queried_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (PegCheckInPage) self = PEG_CHECK_IN_PAGE (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);

  /* Another path was typed meanwhile, or the page was closed. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (info == NULL)
    set_verdict (self, _("There is no file of this name on this computer."));
  else if (g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
    set_verdict (self, _("This is a folder. Choose a file in it."));
  else
    set_verdict (self, NULL);

  update_send (self);
}

static void
stop_query (PegCheckInPage *self)
{
  g_cancellable_cancel (self->query);
  g_clear_object (&self->query);
}

/* Finds out whether the file that was named can be read. The disk may be one
 * that answers slowly, or never: it is asked once for a path, and nothing waits
 * for it. Until it has answered, the words for the last path stay. */
static void
check_path (PegCheckInPage *self)
{
  const char *path = gtk_editable_get_text (self->path);
  g_autoptr (GFile) file = NULL;

  stop_query (self);
  g_free (self->checked);
  self->checked = g_strdup (path);

  if (*path == '\0') {
    set_verdict (self, _("Choose the file that holds the new content."));
    return;
  }

  if (!g_path_is_absolute (path)) {
    set_verdict (self, _("Type the whole path, from “/” on."));
    return;
  }

  self->path_checked = FALSE;
  self->query = g_cancellable_new ();
  file = g_file_new_for_path (path);
  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE,
                           G_PRIORITY_DEFAULT, self->query, queried_cb, g_object_ref (self));
}

static void
edited_cb (PegCheckInPage *self)
{
  Draft *draft;

  if (self->loading || self->key == NULL)
    return;

  draft = g_new0 (Draft, 1);
  draft->path = g_strdup (gtk_editable_get_text (self->path));
  draft->comment = g_strdup (gtk_editable_get_text (self->comment));
  /* Of two in a group, the one that goes out says so first. */
  draft->major = !gtk_check_button_get_active (self->minor);
  g_hash_table_replace (self->drafts, g_strdup (self->key), draft);

  if (g_strcmp0 (self->checked, draft->path) != 0)
    check_path (self);
  update_send (self);
}

static void
set_file (PegCheckInPage *self,
          GFile          *file)
{
  g_autofree char *path = g_file_get_path (file);

  if (path != NULL)
    gtk_editable_set_text (self->path, path);
}

static gboolean
drop_cb (GtkDropTarget  *drop,
         const GValue   *value,
         double          x,
         double          y,
         PegCheckInPage *self)
{
  if (!G_VALUE_HOLDS (value, G_TYPE_FILE))
    return FALSE;

  set_file (self, g_value_get_object (value));
  return TRUE;
}

static void
picked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (PegCheckInPage) self = PEG_CHECK_IN_PAGE (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = peg_file_picker_pick_finish (PEG_FILE_PICKER (source), result, &error);

  if (file != NULL)
    set_file (self, file);
}

static void
choose_cb (PegCheckInPage *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();

  peg_file_picker_pick_async (self->picker, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                              _("Choose the File to Check In"), NULL, self->cancellable,
                              picked_cb, g_object_ref (self));
}

static void
cancel_cb (PegCheckInPage *self)
{
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0);
}

static void
send_cb (PegCheckInPage *self)
{
  Draft *draft;

  if (self->key == NULL || !gtk_widget_get_sensitive (self->send))
    return;

  draft = g_hash_table_lookup (self->drafts, self->key);
  if (draft != NULL) {
    g_free (draft->sent_for);
    draft->sent_for = g_strdup (self->content);
    draft->under_way = FALSE;
  }

  gtk_widget_activate_action (GTK_WIDGET (self), "app.check-in", "(sssb)",
                              self->key,
                              gtk_editable_get_text (self->path),
                              gtk_editable_get_text (self->comment),
                              gtk_check_button_get_active (self->major));
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0);
}

static void
peg_check_in_page_dispose (GObject *object)
{
  PegCheckInPage *self = PEG_CHECK_IN_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  stop_query (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), PEG_TYPE_CHECK_IN_PAGE);
  g_clear_object (&self->picker);
  g_clear_pointer (&self->drafts, g_hash_table_unref);
  g_clear_pointer (&self->key, g_free);
  g_clear_pointer (&self->refusal, g_free);
  g_clear_pointer (&self->content, g_free);
  g_clear_pointer (&self->checked, g_free);
  g_clear_pointer (&self->path_wrong, g_free);

  G_OBJECT_CLASS (peg_check_in_page_parent_class)->dispose (object);
}

static void
peg_check_in_page_class_init (PegCheckInPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = peg_check_in_page_dispose;

  /**
   * PegCheckInPage::closed:
   * @self: the page
   *
   * The person is done with the page.
   */
  signals[SIGNAL_CLOSED] =
    g_signal_new ("closed", PEG_TYPE_CHECK_IN_PAGE, G_SIGNAL_RUN_LAST, 0,
                  NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pegboard/Pegboard/peg-check-in-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PegCheckInPage, drop);
  gtk_widget_class_bind_template_child (widget_class, PegCheckInPage, name);
  gtk_widget_class_bind_template_child (widget_class, PegCheckInPage, path);
  gtk_widget_class_bind_template_child (widget_class, PegCheckInPage, path_words);
  gtk_widget_class_bind_template_child (widget_class, PegCheckInPage, comment);
  gtk_widget_class_bind_template_child (widget_class, PegCheckInPage, minor);
  gtk_widget_class_bind_template_child (widget_class, PegCheckInPage, major);
  gtk_widget_class_bind_template_child (widget_class, PegCheckInPage, send);
  gtk_widget_class_bind_template_child (widget_class, PegCheckInPage, why_not);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_cb);
  gtk_widget_class_bind_template_callback (widget_class, drop_cb);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, send_cb);
}

static void
peg_check_in_page_init (PegCheckInPage *self)
{
  GType types[] = { G_TYPE_FILE };

  self->drafts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, draft_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drop_target_set_gtypes (self->drop, types, G_N_ELEMENTS (types));
}

/**
 * peg_check_in_page_set_picker:
 * @self: the page
 * @picker: asks for the file
 */
void
peg_check_in_page_set_picker (PegCheckInPage *self,
                              PegFilePicker  *picker)
{
  g_return_if_fail (PEG_IS_CHECK_IN_PAGE (self));
  g_return_if_fail (PEG_IS_FILE_PICKER (picker));

  g_set_object (&self->picker, picker);
}

/**
 * peg_check_in_page_open:
 * @self: the page
 * @key: the key of the file to check in
 * @file: (nullable): the new content, when it is known
 *
 * Begins a check-in, or goes on with one. Call peg_check_in_page_update() after
 * it.
 */
void
peg_check_in_page_open (PegCheckInPage *self,
                        const char     *key,
                        GFile          *file)
{
  const Draft *draft;

  g_return_if_fail (PEG_IS_CHECK_IN_PAGE (self));
  g_return_if_fail (key != NULL);

  draft = g_hash_table_lookup (self->drafts, key);

  self->loading = TRUE;
  gtk_editable_set_text (self->path, draft != NULL ? draft->path : "");
  gtk_editable_set_text (self->comment, draft != NULL ? draft->comment : "");
  gtk_check_button_set_active (self->major, draft != NULL && draft->major);
  gtk_check_button_set_active (self->minor, draft == NULL || !draft->major);
  self->loading = FALSE;

  g_free (self->key);
  self->key = g_strdup (key);

  if (file != NULL)
    set_file (self, file);

  /* The file may have come or gone since it was last named. */
  check_path (self);
}

/**
 * peg_check_in_page_close:
 * @self: the page
 *
 * The page is no longer seen. What was filled in is kept; nothing is asked of
 * the disk until peg_check_in_page_open().
 */
void
peg_check_in_page_close (PegCheckInPage *self)
{
  g_return_if_fail (PEG_IS_CHECK_IN_PAGE (self));

  stop_query (self);
  g_clear_pointer (&self->key, g_free);
}

/* Returns: (transfer full): what a check-in of @entry changes about it */
static char *
describe_content (PegEntry *entry)
{
  const char *sha256 = peg_entry_get_sha256 (entry);
  int major = -1, minor = -1;

  peg_entry_get_revision (entry, &major, &minor);

  return g_strdup_printf ("%d.%d %s", major, minor, sha256 != NULL ? sha256 : "");
}

/* A draft has done its work when it was sent and the file has other content
 * since. Whatever else becomes of the file, what was typed is not thrown away. */
static void
drop_drafts (PegCheckInPage *self,
             PegSnapshot    *snapshot)
{
  GHashTableIter iter;
  gpointer key, value;

  if (!peg_snapshot_is_live (snapshot))
    return;

  g_hash_table_iter_init (&iter, self->drafts);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    PegEntry *entry = peg_snapshot_find (snapshot, key);
    const gboolean pending = peg_snapshot_find_pending (snapshot, key) != NULL;
    Draft *draft = value;
    g_autofree char *content = NULL;

    if (draft->sent_for == NULL || entry == NULL)
      continue;

    content = describe_content (entry);
    if (!pending && !g_str_equal (content, draft->sent_for))
      g_hash_table_iter_remove (&iter);
    else if (!pending && draft->under_way)
      /* It ended, and nothing came of it. */
      g_clear_pointer (&draft->sent_for, g_free);
    else
      draft->under_way = pending;
  }
}

static void
update_revisions (PegCheckInPage *self,
                  PegEntry       *entry)
{
  int major = 0, minor = 0;
  g_autofree char *next_minor = NULL;
  g_autofree char *next_major = NULL;
  g_autofree char *minor_words = NULL;
  g_autofree char *major_words = NULL;

  if (!peg_entry_get_revision (entry, &major, &minor))
    major = minor = 0;

  next_minor = peg_words_revision (major, MAX (minor, 0) + 1);
  next_major = peg_words_revision (major + 1, 0);
  /* Translators: %s is the number of a revision, like 1.4, here and below. */
  minor_words = g_strdup_printf (_("Revision %s, a small change"), next_minor);
  major_words = g_strdup_printf (_("Revision %s, a new revision"), next_major);
  gtk_check_button_set_label (self->minor, minor_words);
  gtk_check_button_set_label (self->major, major_words);
}

/**
 * peg_check_in_page_update:
 * @self: the page
 * @snapshot: what is known
 * @now: the clocks
 *
 * Shows what the check-in would do to the file as it is in @snapshot.
 */
void
peg_check_in_page_update (PegCheckInPage      *self,
                          PegSnapshot         *snapshot,
                          const PegDisplayNow *now)
{
  PegEntry *entry;

  g_return_if_fail (PEG_IS_CHECK_IN_PAGE (self));

  drop_drafts (self, snapshot);

  if (self->key == NULL)
    return;

  entry = peg_snapshot_find (snapshot, self->key);
  g_free (self->refusal);
  self->refusal = peg_display_why_not (snapshot, entry, PEG_ACTION_CHECK_IN, now);
  self->away = !peg_snapshot_is_live (snapshot);

  if (entry != NULL) {
    g_free (self->content);
    self->content = describe_content (entry);
    gtk_label_set_text (self->name, peg_entry_get_filename (entry));
    update_revisions (self, entry);
  }

  update_send (self);
}
