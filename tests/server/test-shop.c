/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-revision.h"
#include "peg-server-test.h"
#include "peg-shop.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
  char *folder;       /* (owned) */
  char *root;         /* (owned) */
  char *data;         /* (owned) */
  PegShop *shop;      /* (owned) (nullable) */
  GPtrArray *records; /* (owned) (element-type utf8): what was announced */
  gint64 stop_after;  /* the step after which the power is cut; -1: never */
  GAsyncResult *result; /* (owned) (nullable) */
} Fixture;

static void
changed_cb (PegShop         *shop,
            const PegRecord *record,
            Fixture         *self)
{
  g_autoptr (GEnumClass) causes = g_type_class_ref (PEG_TYPE_CAUSE);

  g_ptr_array_add (self->records,
                   g_strdup_printf ("%s %s", g_enum_get_value (causes, (int) record->cause)->value_nick,
                                    record->filename));
}

static gboolean
step (PegShopStep which,
      gpointer    user_data)
{
  Fixture *self = user_data;

  return (gint64) which != self->stop_after;
}

static void
open_shop (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PegVault) vault = peg_vault_new (self->root, &error);

  g_assert_no_error (error);
  self->shop = peg_shop_new (vault, self->data);
  g_signal_connect (self->shop, "changed", G_CALLBACK (changed_cb), self);
  peg_shop_set_step_func (self->shop, step, self);
  g_assert_true (peg_shop_open (self->shop, &error));
  g_assert_no_error (error);
}

static void
close_shop (Fixture *self)
{
  g_clear_object (&self->result);
  peg_test_wait_until (G_OBJECT (self->shop)->ref_count == 1);
  g_assert_finalize_object (self->shop);
  self->shop = NULL;
}

static void
reopen (Fixture *self)
{
  close_shop (self);
  open_shop (self);
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  self->folder = peg_test_make_folder ();
  self->root = g_build_filename (self->folder, "root", NULL);
  self->data = g_build_filename (self->folder, "data", NULL);
  self->records = g_ptr_array_new_with_free_func (g_free);
  self->stop_after = -1;
  g_assert_cmpint (g_mkdir_with_parents (self->data, 0700), ==, 0);
  peg_test_write (self->root, "a.nc", "(A, REV 1.4)\n");
  peg_test_write (self->root, "Mill/b.nc", "(B)\n");
  peg_test_write (self->root, "Lathe/b.nc", "(OTHER B)\n");
  open_shop (self);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  close_shop (self);
  g_ptr_array_unref (self->records);
  g_free (self->root);
  g_free (self->data);
  peg_test_remove_folder (self->folder);
}

static void
result_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Fixture *self = user_data;

  g_assert_null (self->result);
  self->result = g_object_ref (result);
}

static PegEntry *
check_out (Fixture     *self,
           const char  *name,
           const char  *user,
           GError     **error)
{
  PegWireRequest request = { .user = (char *) user, .message = (char *) "why",
                             .station = (char *) "VF-4" };

  g_clear_object (&self->result);
  peg_shop_check_out_async (self->shop, name, &request, NULL, result_cb, self);
  peg_test_wait_until (self->result != NULL);

  return peg_shop_check_out_finish (self->shop, self->result, error);
}

static PegUpload *
make_upload (Fixture    *self,
             const char *name,
             const char *user,
             const char *text)
{
  PegUpload *upload = g_new0 (PegUpload, 1);

  upload->name = g_strdup (name);
  upload->user = g_strdup (user);
  upload->comment = g_strdup ("comment");
  upload->incoming = peg_incoming_new (peg_shop_get_objects (self->shop), NULL);
  g_assert_true (peg_incoming_write (upload->incoming, text, strlen (text), NULL));

  return upload;
}

static PegEntry *
send_in (Fixture    *self,
         PegUpload  *upload,
         GError    **error)
{
  g_clear_object (&self->result);
  peg_shop_check_in_async (self->shop, upload, NULL, result_cb, self);
  peg_test_wait_until (self->result != NULL);

  return peg_shop_check_in_finish (self->shop, self->result, error);
}

static PegEntry *
check_in (Fixture     *self,
          const char  *name,
          const char  *user,
          const char  *text,
          GError     **error)
{
  return send_in (self, make_upload (self, name, user, text), error);
}

static void
assert_content (Fixture    *self,
                const char *path,
                const char *text)
{
  g_autofree char *found = peg_test_read (self->root, path);

  g_assert_cmpstr (found, ==, text);
}

static void
assert_holder (Fixture    *self,
               const char *name,
               const char *holder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PegEntry) entry = peg_shop_find (self->shop, name, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (peg_entry_get_holder (entry), ==, holder);
}

/* The revisions as one text, newest first, each with its content. */
static char *
dup_history (Fixture    *self,
             const char *name)
{
  g_autoptr (GPtrArray) revisions = peg_shop_list_history (self->shop, name, NULL);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < revisions->len; i++) {
    PegRevision *revision = g_ptr_array_index (revisions, i);
    g_autoptr (PegEntry) entry = NULL;
    char buffer[100] = "";
    int fd = peg_shop_open_version (self->shop, name, revision->hash, &entry, NULL);

    g_assert_cmpint (fd, >=, 0);
    g_assert_cmpint (read (fd, buffer, sizeof buffer - 1), >=, 0);
    close (fd);
    g_string_append_printf (text, "%d.%d %s %s|", revision->major, revision->minor,
                            revision->who != NULL ? revision->who : "-", g_strstrip (buffer));
  }

  return g_string_free (text, FALSE);
}

#define assert_history(name, expected) \
  G_STMT_START { \
    g_autofree char *history = dup_history (self, name); \
    g_assert_cmpstr (history, ==, expected); \
  } G_STMT_END

#define assert_flag(name, flag, expected) \
  G_STMT_START { \
    g_autoptr (PegEntry) flagged = peg_shop_find (self->shop, name, NULL); \
    g_assert_nonnull (flagged); \
    g_assert_cmpint ((peg_entry_get_flags (flagged) & (flag)) != 0, ==, expected); \
  } G_STMT_END

static gboolean
has_record (Fixture    *self,
            const char *text)
{
  return g_ptr_array_find_with_equal_func (self->records, text, g_str_equal, NULL);
}

static gboolean
is_there (Fixture    *self,
          const char *name)
{
  g_autoptr (PegEntry) entry = peg_shop_find (self->shop, name, NULL);

  return entry != NULL;
}

static gboolean
has_flag (Fixture       *self,
          const char    *name,
          PegEntryFlags  flag)
{
  g_autoptr (PegEntry) entry = peg_shop_find (self->shop, name, NULL);

  return entry != NULL && (peg_entry_get_flags (entry) & flag) != 0;
}

static guint
count_drafts (Fixture *self)
{
  g_autofree char *path = g_build_filename (self->data, "objects", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static void
test_shop_first_start (Fixture       *self,
                       gconstpointer  data)
{
  g_autoptr (PegEntry) entry = peg_shop_find (self->shop, "a.nc", NULL);
  int major, minor;

  g_assert_cmpuint (peg_shop_get_n_files (self->shop), ==, 3);
  g_assert_cmpuint (self->records->len, ==, 0);
  g_assert_cmpuint (peg_ledger_get_seq (peg_shop_get_ledger (self->shop)), ==, 0);
  g_assert_cmpstr (peg_entry_get_description (entry), ==, "A, REV 1.4");
  g_assert_true (peg_entry_get_revision (entry, &major, &minor));
  g_assert_cmpint (major, ==, 1);
  g_assert_cmpint (minor, ==, 4);
  g_assert_null (peg_entry_get_sha256 (entry));
}

static void
test_shop_names (Fixture       *self,
                 gconstpointer  data)
{
  static const struct {
    const char *name;
    int code;
  } names[] = {
    { "b.nc", PEG_SHOP_ERROR_AMBIGUOUS },
    { "nothing.nc", PEG_SHOP_ERROR_NOT_FOUND },
    { "Mill/a.nc", PEG_SHOP_ERROR_NOT_FOUND },
    { "../a.nc", PEG_SHOP_ERROR_BAD_NAME },
    { "/a.nc", PEG_SHOP_ERROR_BAD_NAME },
    { "", PEG_SHOP_ERROR_BAD_NAME },
    { "\xff", PEG_SHOP_ERROR_BAD_NAME },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (peg_shop_find (self->shop, names[i].name, &error));
    g_assert_error (error, PEG_SHOP_ERROR, names[i].code);
    if (names[i].code == PEG_SHOP_ERROR_AMBIGUOUS) {
      g_assert_nonnull (strstr (error->message, "“Mill/b.nc”"));
      g_assert_nonnull (strstr (error->message, "“Lathe/b.nc”"));
    }
  }
}

static void
test_shop_check_out (Fixture       *self,
                     gconstpointer  data)
{
  g_autoptr (PegEntry) entry = check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) again = NULL;
  g_autoptr (PegEntry) other = NULL;
  g_autoptr (GError) error = NULL;
  guint64 token;

  g_assert_nonnull (entry);
  g_assert_cmpstr (peg_entry_get_holder (entry), ==, "dana");
  g_assert_cmpstr (peg_entry_get_station (entry), ==, "VF-4");
  g_assert_cmpstr (peg_entry_get_reason (entry), ==, "why");
  g_assert_cmpint (peg_entry_get_since_us (entry), >, 0);
  g_assert_nonnull (peg_entry_get_sha256 (entry));
  token = peg_entry_get_token (entry);
  g_assert_cmpuint (token, >, 0);
  g_assert_cmpuint (self->records->len, ==, 1);
  g_assert_true (has_record (self, "check-out a.nc"));

  /* Once more changes nothing. */
  again = check_out (self, "a.nc", "dana", NULL);
  g_assert_true (again == entry);
  g_assert_cmpuint (self->records->len, ==, 1);

  g_assert_null (check_out (self, "a.nc", "eve", &error));
  g_assert_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_TAKEN);
  g_assert_nonnull (strstr (error->message, "dana at VF-4 since "));

  /* A token is never given out twice. */
  other = check_out (self, "Mill/b.nc", "eve", NULL);
  g_assert_cmpuint (peg_entry_get_token (other), >, token);

  reopen (self);
  assert_holder (self, "a.nc", "dana");
  g_assert_cmpuint (self->records->len, ==, 2);
}

static void
count_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  guint *answers = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PegEntry) entry = peg_shop_check_out_finish (PEG_SHOP (source), result, &error);

  if (entry == NULL)
    g_assert_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_TAKEN);
  answers[entry != NULL ? 0 : 1]++;
}

/* Many ask at once, before any is answered: one gets it. */
static void
test_shop_race (Fixture       *self,
                gconstpointer  data)
{
  guint answers[2] = { 0, 0 };

  for (guint i = 0; i < 20; i++) {
    g_autofree char *user = g_strdup_printf ("user %u", i);
    PegWireRequest request = { .user = user };

    peg_shop_check_out_async (self->shop, "a.nc", &request, NULL, count_cb, answers);
  }
  peg_test_wait_until (answers[0] + answers[1] == 20);
  g_assert_cmpuint (answers[0], ==, 1);
  g_assert_cmpuint (self->records->len, ==, 1);
}

static void
test_shop_bad_user (Fixture       *self,
                    gconstpointer  data)
{
  static const char * const users[] = { NULL, "", " ", "a\nb" };

  for (guint i = 0; i < G_N_ELEMENTS (users); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (check_out (self, "a.nc", users[i], &error));
    g_assert_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_BAD_USER);
  }
}

static void
test_shop_revisions (Fixture       *self,
                     gconstpointer  data)
{
  g_autoptr (PegEntry) out = check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) in = check_in (self, "a.nc", "dana", "(A2)\n", NULL);
  g_autoptr (PegEntry) out_again = NULL;
  g_autoptr (PegEntry) in_again = NULL;
  PegUpload *upload;

  g_assert_nonnull (in);
  g_assert_null (peg_entry_get_holder (in));
  g_assert_cmpstr (peg_entry_get_description (in), ==, "A2");
  assert_content (self, "a.nc", "(A2)\n");
  assert_history ("a.nc", "1.5 dana (A2)|1.4 - (A, REV 1.4)|");

  out_again = check_out (self, "a.nc", "eve", NULL);
  upload = make_upload (self, "a.nc", "eve", "(A3)\n");
  upload->is_major = TRUE;
  in_again = send_in (self, upload, NULL);
  g_assert_nonnull (in_again);
  assert_history ("a.nc", "2.0 eve (A3)|1.5 dana (A2)|1.4 - (A, REV 1.4)|");

  reopen (self);
  assert_history ("a.nc", "2.0 eve (A3)|1.5 dana (A2)|1.4 - (A, REV 1.4)|");
  g_assert_cmpuint (self->records->len, ==, 4);
  g_assert_true (has_record (self, "check-in a.nc"));
}

static void
test_shop_permissions (Fixture       *self,
                       gconstpointer  data)
{
  g_autofree char *path = g_build_filename (self->root, "a.nc", NULL);
  g_autoptr (PegEntry) out = NULL;
  g_autoptr (PegEntry) in = NULL;
  struct stat status;

  g_assert_cmpint (chmod (path, 0664), ==, 0);
  out = check_out (self, "a.nc", "dana", NULL);
  in = check_in (self, "a.nc", "dana", "(A2)\n", NULL);
  g_assert_nonnull (in);
  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0664);
}

static void
assert_refused (Fixture   *self,
                PegUpload *upload,
                int        code)
{
  g_autoptr (GError) error = NULL;
  guint before = count_drafts (self);

  g_assert_null (send_in (self, upload, &error));
  g_assert_error (error, PEG_SHOP_ERROR, code);
  g_assert_nonnull (strstr (error->message, "draft "));
  g_assert_cmpuint (count_drafts (self), >=, before);
}

/* Whatever is refused is kept, and replaces nothing. */
static void
test_shop_refused (Fixture       *self,
                   gconstpointer  data)
{
  g_autoptr (PegEntry) out = NULL;
  PegUpload *upload;

  assert_refused (self, make_upload (self, "a.nc", "dana", "x1"), PEG_SHOP_ERROR_NOT_CHECKED_OUT);
  out = check_out (self, "a.nc", "dana", NULL);
  assert_refused (self, make_upload (self, "a.nc", "eve", "x2"), PEG_SHOP_ERROR_TAKEN);

  upload = make_upload (self, "a.nc", "dana", "x3");
  upload->token = peg_entry_get_token (out) - 1;
  assert_refused (self, upload, PEG_SHOP_ERROR_STALE_TOKEN);

  upload = make_upload (self, "a.nc", "dana", "x4");
  upload->if_version = peg_entry_get_version (out) + 1;
  assert_refused (self, upload, PEG_SHOP_ERROR_VERSION);

  assert_content (self, "a.nc", "(A, REV 1.4)\n");
  assert_holder (self, "a.nc", "dana");
  assert_history ("a.nc", "");

  upload = make_upload (self, "a.nc", "dana", "x5");
  upload->token = peg_entry_get_token (out);
  upload->if_version = peg_entry_get_version (out);
  peg_entry_unref (send_in (self, upload, NULL));
  assert_content (self, "a.nc", "x5");
}

static void
test_shop_release (Fixture       *self,
                   gconstpointer  data)
{
  g_autoptr (PegEntry) out = check_out (self, "a.nc", "dana", NULL);
  PegWireRequest dana = { .user = (char *) "dana", .token = peg_entry_get_token (out) - 1 };
  PegWireRequest eve = { .user = (char *) "eve" };
  g_autoptr (GError) error = NULL;

  g_assert_false (peg_shop_release (self->shop, "a.nc", &eve, &error));
  g_assert_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_TAKEN);
  g_clear_error (&error);
  g_assert_false (peg_shop_release (self->shop, "a.nc", &dana, &error));
  g_assert_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_STALE_TOKEN);
  g_clear_error (&error);
  dana.token++;
  g_assert_true (peg_shop_release (self->shop, "a.nc", &dana, &error));
  assert_holder (self, "a.nc", NULL);
  g_assert_true (has_record (self, "release a.nc"));
  g_assert_false (peg_shop_release (self->shop, "a.nc", &dana, &error));
  g_assert_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_NOT_CHECKED_OUT);
}

static void
test_shop_override (Fixture       *self,
                    gconstpointer  data)
{
  g_autoptr (PegEntry) out = check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) other = NULL;
  PegWireRequest boss = { .user = (char *) "boss" };
  PegUpload *upload;

  g_assert_true (peg_shop_override (self->shop, "a.nc", &boss, NULL));
  other = check_out (self, "a.nc", "dana", NULL);

  /* Dana's first check-out is not the one that counts, although it is hers. */
  upload = make_upload (self, "a.nc", "dana", "x");
  upload->token = peg_entry_get_token (out);
  assert_refused (self, upload, PEG_SHOP_ERROR_STALE_TOKEN);
}

static void
test_shop_outside (Fixture       *self,
                   gconstpointer  data)
{
  g_autoptr (PegEntry) before = peg_shop_find (self->shop, "Mill/b.nc", NULL);
  g_autoptr (PegEntry) after = NULL;

  peg_test_write (self->root, "a.nc", "(CHANGED)\n");
  peg_test_wait_until (has_record (self, "changed a.nc"));
  peg_test_write (self->root, "New/n.nc", "(NEW)\n");
  peg_test_wait_until (has_record (self, "added n.nc"));
  peg_test_move (self->root, "Mill/b.nc", "Mill/c.nc");
  peg_test_wait_until (has_record (self, "renamed c.nc"));
  after = peg_shop_find (self->shop, "Mill/c.nc", NULL);
  g_assert_cmpstr (peg_entry_get_id (after), ==, peg_entry_get_id (before));
  peg_test_move (self->root, "Mill/c.nc", "Lathe/d.nc");
  peg_test_wait_until (has_record (self, "renamed d.nc"));
  peg_test_remove (self->root, "a.nc");
  peg_test_wait_until (has_record (self, "deleted a.nc"));
  peg_test_move (self->root, "Lathe", "Turning");
  peg_test_wait_until (is_there (self, "Turning/d.nc"));
  g_assert_cmpuint (peg_shop_get_n_files (self->shop), ==, 3);
  g_assert_false (has_record (self, "deleted d.nc"));
  g_assert_false (has_record (self, "deleted c.nc"));
}

/* An editor that writes anew and renames over the old file changes it, and does
 * not make another one. */
static void
test_shop_safe_save (Fixture       *self,
                     gconstpointer  data)
{
  g_autoptr (PegEntry) before = peg_shop_find (self->shop, "a.nc", NULL);
  g_autoptr (PegEntry) after = NULL;

  peg_test_move (self->root, "a.nc", "a.nc~");
  peg_test_write (self->root, "a.nc", "(SAVED)\n");
  peg_test_wait_until (has_record (self, "changed a.nc"));
  after = peg_shop_find (self->shop, "a.nc", NULL);
  g_assert_cmpstr (peg_entry_get_id (after), ==, peg_entry_get_id (before));
  g_assert_cmpuint (peg_entry_get_version (after), >, peg_entry_get_version (before));
  g_assert_cmpuint (self->records->len, ==, 1);
}

/* While nobody looked, everything happened. */
static void
test_shop_compare (Fixture       *self,
                   gconstpointer  data)
{
  g_autoptr (PegEntry) before = peg_shop_find (self->shop, "Mill/b.nc", NULL);
  g_autofree char *id = g_strdup (peg_entry_get_id (before));
  g_autoptr (PegEntry) after = NULL;

  close_shop (self);
  peg_test_write (self->root, "a.nc", "(CHANGED)\n");
  peg_test_move (self->root, "Mill/b.nc", "moved.nc");
  peg_test_remove (self->root, "Lathe/b.nc");
  peg_test_write (self->root, "new.nc", "(NEW)\n");
  open_shop (self);

  g_assert_cmpuint (self->records->len, ==, 4);
  g_assert_true (has_record (self, "changed a.nc"));
  g_assert_true (has_record (self, "renamed moved.nc"));
  g_assert_true (has_record (self, "deleted b.nc"));
  g_assert_true (has_record (self, "added new.nc"));
  after = peg_shop_find (self->shop, "moved.nc", NULL);
  g_assert_cmpstr (peg_entry_get_id (after), ==, id);

  /* The same again is no news. */
  reopen (self);
  g_assert_cmpuint (self->records->len, ==, 4);
  g_assert_cmpuint (peg_ledger_get_seq (peg_shop_get_ledger (self->shop)), ==, 4);
}

/* Two files swap their names while nobody looks: their histories go with them. */
static void
test_shop_swap (Fixture       *self,
                gconstpointer  data)
{
  g_autoptr (PegEntry) mill = peg_shop_find (self->shop, "Mill/b.nc", NULL);
  g_autoptr (PegEntry) found = NULL;

  close_shop (self);
  peg_test_move (self->root, "Mill", "Tmp");
  peg_test_move (self->root, "Lathe", "Mill");
  peg_test_move (self->root, "Tmp", "Lathe");
  open_shop (self);
  g_assert_cmpuint (peg_shop_get_n_files (self->shop), ==, 3);
  found = peg_shop_find (self->shop, "Lathe/b.nc", NULL);
  g_assert_nonnull (found);
  g_assert_cmpstr (peg_entry_get_description (found), ==, peg_entry_get_description (mill));
}

/* A file that goes and comes back has its history. */
static void
test_shop_comes_back (Fixture       *self,
                      gconstpointer  data)
{
  g_autoptr (PegEntry) out = check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) in = check_in (self, "a.nc", "dana", "(A2)\n", NULL);

  peg_test_remove (self->root, "a.nc");
  peg_test_wait_until (has_record (self, "deleted a.nc"));
  peg_test_write (self->root, "a.nc", "(A3)\n");
  peg_test_wait_until (has_record (self, "added a.nc"));
  assert_history ("a.nc", "1.5 dana (A2)|1.4 - (A, REV 1.4)|");
}

/* A file under revision control that is changed outside gets a revision, so that
 * the change and what was before it are both there. */
static void
test_shop_outside_revision (Fixture       *self,
                            gconstpointer  data)
{
  g_autoptr (PegEntry) out = check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) in = check_in (self, "a.nc", "dana", "(A2)\n", NULL);

  peg_test_write (self->root, "a.nc", "(BY HAND)\n");
  peg_test_wait_until (has_record (self, "changed a.nc"));
  assert_history ("a.nc", "1.6 - (BY HAND)|1.5 dana (A2)|1.4 - (A, REV 1.4)|");
}

static void
test_shop_changed_outside (Fixture       *self,
                           gconstpointer  data)
{
  g_autoptr (PegEntry) out = check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) in = NULL;
  PegUpload *upload;

  g_assert_nonnull (out);
  peg_test_write (self->root, "a.nc", "(BY HAND)\n");
  peg_test_wait_until (has_flag (self, "a.nc", PEG_ENTRY_CHANGED_OUTSIDE));
  assert_holder (self, "a.nc", "dana");

  assert_refused (self, make_upload (self, "a.nc", "dana", "(MINE)\n"),
                  PEG_SHOP_ERROR_CHANGED_OUTSIDE);
  assert_content (self, "a.nc", "(BY HAND)\n");

  reopen (self);
  assert_flag ("a.nc", PEG_ENTRY_CHANGED_OUTSIDE, TRUE);

  upload = make_upload (self, "a.nc", "dana", "(MINE)\n");
  upload->force = TRUE;
  in = send_in (self, upload, NULL);
  g_assert_nonnull (in);
  assert_content (self, "a.nc", "(MINE)\n");
  assert_flag ("a.nc", PEG_ENTRY_CHANGED_OUTSIDE, FALSE);
  assert_history ("a.nc", "1.6 dana (MINE)|1.5 - (BY HAND)|1.4 - (A, REV 1.4)|");
}

/* The change is not noticed yet when the check-in comes: it is not overwritten
 * all the same. */
static void
test_shop_changed_unnoticed (Fixture       *self,
                             gconstpointer  data)
{
  g_autoptr (PegEntry) out = check_out (self, "a.nc", "dana", NULL);

  g_assert_nonnull (out);
  peg_vault_stop (peg_shop_get_vault (self->shop));
  peg_test_write (self->root, "a.nc", "(BY HAND)\n");
  assert_refused (self, make_upload (self, "a.nc", "dana", "(MINE)\n"),
                  PEG_SHOP_ERROR_CHANGED_OUTSIDE);
  assert_content (self, "a.nc", "(BY HAND)\n");
}

/* The holder saved into the folder, and checks in the same: nothing is in the
 * way. */
static void
test_shop_same_outside (Fixture       *self,
                        gconstpointer  data)
{
  g_autoptr (PegEntry) out = check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) in = NULL;

  peg_test_write (self->root, "a.nc", "(MINE)\n");
  in = check_in (self, "a.nc", "dana", "(MINE)\n", NULL);
  g_assert_nonnull (in);
  assert_content (self, "a.nc", "(MINE)\n");
}

static void
test_shop_missing (Fixture       *self,
                   gconstpointer  data)
{
  g_autoptr (PegEntry) out = check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) in = NULL;
  PegWireRequest dana = { .user = (char *) "dana" };
  g_autoptr (PegEntry) other = check_out (self, "Mill/b.nc", "dana", NULL);

  g_assert_nonnull (out);
  g_assert_nonnull (other);
  peg_test_remove (self->root, "a.nc");
  peg_test_remove (self->root, "Mill/b.nc");
  peg_test_remove (self->root, "Mill");
  peg_test_wait_until (has_flag (self, "a.nc", PEG_ENTRY_MISSING) &&
                       has_flag (self, "Mill/b.nc", PEG_ENTRY_MISSING));
  reopen (self);
  assert_flag ("a.nc", PEG_ENTRY_MISSING, TRUE);
  assert_holder (self, "a.nc", "dana");

  g_assert_true (peg_shop_release (self->shop, "a.nc", &dana, NULL));
  g_assert_null (peg_shop_find (self->shop, "a.nc", NULL));

  /* What was deleted is there again with the check-in, its folder too. */
  in = check_in (self, "Mill/b.nc", "dana", "(B2)\n", NULL);
  g_assert_nonnull (in);
  assert_content (self, "Mill/b.nc", "(B2)\n");
}

static void
test_shop_renamed_while_out (Fixture       *self,
                             gconstpointer  data)
{
  g_autoptr (PegEntry) out = check_out (self, "a.nc", "dana", NULL);

  g_assert_nonnull (out);
  peg_test_move (self->root, "a.nc", "z.nc");
  peg_test_wait_until (has_record (self, "renamed z.nc"));
  assert_holder (self, "z.nc", "dana");
}

/* The power is cut after every step of a check-in. What was acknowledged is kept,
 * the file is old or new and never half, and what was sent is not lost. */
static void
test_shop_power_cut (Fixture       *self,
                     gconstpointer  data)
{
  for (int after = PEG_SHOP_STEP_STAGED; after <= PEG_SHOP_STEP_KEPT; after++) {
    g_autofree char *text = g_strdup_printf ("(CUT %d)\n", after);
    g_autofree char *old = peg_test_read (self->root, "a.nc");
    g_autofree char *temporary = g_build_filename (self->root, ".pegboard-tmp", NULL);
    g_autoptr (PegEntry) out = check_out (self, "a.nc", "dana", NULL);
    g_autoptr (PegEntry) in = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GDir) dir = NULL;
    gboolean is_new = after >= PEG_SHOP_STEP_REPLACED;

    g_assert_nonnull (out);
    self->stop_after = after;
    g_assert_null (check_in (self, "a.nc", "dana", text, &error));
    g_assert_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_STOPPED);
    g_clear_error (&error);
    self->stop_after = -1;
    reopen (self);

    assert_content (self, "a.nc", is_new ? text : old);
    assert_holder (self, "a.nc", is_new ? NULL : "dana");
    assert_flag ("a.nc", PEG_ENTRY_CHANGED_OUTSIDE, FALSE);
    dir = g_dir_open (temporary, 0, NULL);
    g_assert_true (dir == NULL || g_dir_read_name (dir) == NULL);

    /* It goes on as if nothing had happened. */
    if (!is_new) {
      in = check_in (self, "a.nc", "dana", text, &error);
      g_assert_no_error (error);
    }
    assert_content (self, "a.nc", text);
  }

  assert_history ("a.nc", "1.8 dana (CUT 3)|1.7 dana (CUT 2)|1.6 dana (CUT 1)|1.5 dana (CUT 0)|"
                  "1.4 - (A, REV 1.4)|");
}

static void
test_shop_add (Fixture       *self,
               gconstpointer  data)
{
  PegUpload *upload = make_upload (self, "New/folder/n.nc", "dana", "(NEW)\n");
  g_autoptr (PegEntry) added = NULL;
  g_autoptr (GError) error = NULL;
  static const char * const bad[] = { "../x.nc", ".hidden", "a.nc~", "/abs", "" };

  upload->new_major = 3;
  peg_shop_add_async (self->shop, upload, NULL, result_cb, self);
  peg_test_wait_until (self->result != NULL);
  added = peg_shop_add_finish (self->shop, self->result, &error);
  g_assert_no_error (error);
  assert_content (self, "New/folder/n.nc", "(NEW)\n");
  assert_history ("New/folder/n.nc", "3.0 dana (NEW)|");
  g_assert_true (has_record (self, "added n.nc"));

  g_clear_object (&self->result);
  peg_shop_add_async (self->shop, make_upload (self, "a.nc", "dana", "x"), NULL, result_cb, self);
  peg_test_wait_until (self->result != NULL);
  g_assert_null (peg_shop_add_finish (self->shop, self->result, &error));
  g_assert_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_EXISTS);
  assert_content (self, "a.nc", "(A, REV 1.4)\n");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_clear_object (&self->result);
    g_clear_error (&error);
    peg_shop_add_async (self->shop, make_upload (self, bad[i], "dana", "x"), NULL, result_cb, self);
    peg_test_wait_until (self->result != NULL);
    g_assert_null (peg_shop_add_finish (self->shop, self->result, &error));
    g_assert_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_BAD_NAME);
  }
}

static void
test_shop_link (Fixture       *self,
                gconstpointer  data)
{
  g_autoptr (PegEntry) link = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (peg_shop_add_link (self->shop, "New/l.nc", "Mill/b.nc", "dana", &error));
  g_assert_no_error (error);
  link = peg_shop_find (self->shop, "New/l.nc", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (peg_entry_get_master (link), ==, "Mill/b.nc");

  g_assert_null (check_out (self, "New/l.nc", "dana", &error));
  g_assert_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_LINK);
}

#define add(name, func) \
  g_test_add ("/server/shop/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("first-start", test_shop_first_start);
  add ("names", test_shop_names);
  add ("check-out", test_shop_check_out);
  add ("race", test_shop_race);
  add ("bad-user", test_shop_bad_user);
  add ("revisions", test_shop_revisions);
  add ("permissions", test_shop_permissions);
  add ("refused", test_shop_refused);
  add ("release", test_shop_release);
  add ("override", test_shop_override);
  add ("outside", test_shop_outside);
  add ("safe-save", test_shop_safe_save);
  add ("compare", test_shop_compare);
  add ("swap", test_shop_swap);
  add ("comes-back", test_shop_comes_back);
  add ("outside-revision", test_shop_outside_revision);
  add ("changed-outside", test_shop_changed_outside);
  add ("changed-unnoticed", test_shop_changed_unnoticed);
  add ("same-outside", test_shop_same_outside);
  add ("missing", test_shop_missing);
  add ("renamed-while-out", test_shop_renamed_while_out);
  add ("power-cut", test_shop_power_cut);
  add ("add", test_shop_add);
  add ("link", test_shop_link);

  return g_test_run ();
}
