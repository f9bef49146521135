/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "shop-fixture.h"

#include <errno.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The folder that cannot be flushed; 0: none. This takes the place of the function
 * of the C library. */
static ino_t unflushed;

int
fsync (int fd)
{
  struct stat status;

  if (unflushed != 0 && fstat (fd, &status) == 0 && status.st_ino == unflushed) {
    errno = EIO;
    return -1;
  }

  return (int) syscall (SYS_fsync, fd);
}

static void
test_shop_first_start (ShopFixture       *self,
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
test_shop_names (ShopFixture       *self,
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
test_shop_check_out (ShopFixture       *self,
                     gconstpointer  data)
{
  g_autoptr (PegEntry) entry = shop_fixture_check_out (self, "a.nc", "dana", NULL);
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
  g_assert_true (shop_fixture_has_record (self, "check-out a.nc"));

  /* Once more changes nothing. */
  again = shop_fixture_check_out (self, "a.nc", "dana", NULL);
  g_assert_true (again == entry);
  g_assert_cmpuint (self->records->len, ==, 1);

  g_assert_null (shop_fixture_check_out (self, "a.nc", "eve", &error));
  g_assert_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_TAKEN);
  g_assert_nonnull (strstr (error->message, "dana at VF-4 since "));

  /* A token is never given out twice. */
  other = shop_fixture_check_out (self, "Mill/b.nc", "eve", NULL);
  g_assert_cmpuint (peg_entry_get_token (other), >, token);

  shop_fixture_reopen (self);
  shop_fixture_assert_holder (self, "a.nc", "dana");
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
test_shop_race (ShopFixture       *self,
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
test_shop_bad_user (ShopFixture       *self,
                    gconstpointer  data)
{
  static const char * const users[] = { NULL, "", " ", "a\nb" };

  for (guint i = 0; i < G_N_ELEMENTS (users); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (shop_fixture_check_out (self, "a.nc", users[i], &error));
    g_assert_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_BAD_USER);
  }
}

static void
test_shop_revisions (ShopFixture       *self,
                     gconstpointer  data)
{
  g_autoptr (PegEntry) out G_GNUC_UNUSED = shop_fixture_check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) in = shop_fixture_check_in (self, "a.nc", "dana", "(A2)\n", NULL);
  g_autoptr (PegEntry) out_again = NULL;
  g_autoptr (PegEntry) in_again = NULL;
  PegUpload *upload;

  g_assert_nonnull (in);
  g_assert_null (peg_entry_get_holder (in));
  g_assert_cmpstr (peg_entry_get_description (in), ==, "A2");
  shop_fixture_assert_content (self, "a.nc", "(A2)\n");
  assert_history ("a.nc", "1.5 dana (A2)|1.4 - (A, REV 1.4)|");

  out_again = shop_fixture_check_out (self, "a.nc", "eve", NULL);
  upload = shop_fixture_make_upload (self, "a.nc", "eve", "(A3)\n");
  upload->is_major = TRUE;
  in_again = shop_fixture_send_in (self, upload, NULL);
  g_assert_nonnull (in_again);
  assert_history ("a.nc", "2.0 eve (A3)|1.5 dana (A2)|1.4 - (A, REV 1.4)|");

  shop_fixture_reopen (self);
  assert_history ("a.nc", "2.0 eve (A3)|1.5 dana (A2)|1.4 - (A, REV 1.4)|");
  g_assert_cmpuint (self->records->len, ==, 4);
  g_assert_true (shop_fixture_has_record (self, "check-in a.nc"));
}

static void
test_shop_permissions (ShopFixture       *self,
                       gconstpointer  data)
{
  g_autofree char *path = g_build_filename (self->root, "a.nc", NULL);
  g_autoptr (PegEntry) out = NULL;
  g_autoptr (PegEntry) in = NULL;
  struct stat status;

  g_assert_cmpint (chmod (path, 0664), ==, 0);
  out = shop_fixture_check_out (self, "a.nc", "dana", NULL);
  in = shop_fixture_check_in (self, "a.nc", "dana", "(A2)\n", NULL);
  g_assert_nonnull (in);
  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0664);
}

/* Whatever is refused is kept, and replaces nothing. */
static void
test_shop_refused (ShopFixture       *self,
                   gconstpointer  data)
{
  g_autoptr (PegEntry) out = NULL;
  PegUpload *upload;

  shop_fixture_assert_refused (self, shop_fixture_make_upload (self, "a.nc", "dana", "x1"), PEG_SHOP_ERROR_NOT_CHECKED_OUT);
  out = shop_fixture_check_out (self, "a.nc", "dana", NULL);
  shop_fixture_assert_refused (self, shop_fixture_make_upload (self, "a.nc", "eve", "x2"), PEG_SHOP_ERROR_TAKEN);

  upload = shop_fixture_make_upload (self, "a.nc", "dana", "x3");
  upload->token = peg_entry_get_token (out) - 1;
  shop_fixture_assert_refused (self, upload, PEG_SHOP_ERROR_STALE_TOKEN);

  upload = shop_fixture_make_upload (self, "a.nc", "dana", "x4");
  upload->if_version = peg_entry_get_version (out) + 1;
  shop_fixture_assert_refused (self, upload, PEG_SHOP_ERROR_VERSION);

  shop_fixture_assert_content (self, "a.nc", "(A, REV 1.4)\n");
  shop_fixture_assert_holder (self, "a.nc", "dana");
  assert_history ("a.nc", "");

  upload = shop_fixture_make_upload (self, "a.nc", "dana", "x5");
  upload->token = peg_entry_get_token (out);
  upload->if_version = peg_entry_get_version (out);
  peg_entry_unref (shop_fixture_send_in (self, upload, NULL));
  shop_fixture_assert_content (self, "a.nc", "x5");
}

static void
test_shop_release (ShopFixture       *self,
                   gconstpointer  data)
{
  g_autoptr (PegEntry) out = shop_fixture_check_out (self, "a.nc", "dana", NULL);
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
  shop_fixture_assert_holder (self, "a.nc", NULL);
  g_assert_true (shop_fixture_has_record (self, "release a.nc"));
  g_assert_false (peg_shop_release (self->shop, "a.nc", &dana, &error));
  g_assert_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_NOT_CHECKED_OUT);
}

static void
test_shop_override (ShopFixture       *self,
                    gconstpointer  data)
{
  g_autoptr (PegEntry) out = shop_fixture_check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) other = NULL;
  PegWireRequest boss = { .user = (char *) "boss" };
  PegUpload *upload;

  g_assert_true (peg_shop_override (self->shop, "a.nc", &boss, NULL, NULL));
  other = shop_fixture_check_out (self, "a.nc", "dana", NULL);

  /* Dana's first check-out is not the one that counts, although it is hers. */
  upload = shop_fixture_make_upload (self, "a.nc", "dana", "x");
  upload->token = peg_entry_get_token (out);
  shop_fixture_assert_refused (self, upload, PEG_SHOP_ERROR_STALE_TOKEN);
}

/* The power is cut after every step of a check-in. What was acknowledged is kept,
 * the file is old or new and never half, and what was sent is not lost. */
static void
test_shop_power_cut (ShopFixture       *self,
                     gconstpointer  data)
{
  for (int after = PEG_SHOP_STEP_STAGED; after <= PEG_SHOP_STEP_KEPT; after++) {
    g_autofree char *text = g_strdup_printf ("(CUT %d)\n", after);
    g_autofree char *old = peg_test_read (self->root, "a.nc");
    g_autofree char *temporary = g_build_filename (self->root, ".pegboard-tmp", NULL);
    g_autoptr (PegEntry) out = shop_fixture_check_out (self, "a.nc", "dana", NULL);
    g_autoptr (PegEntry) in = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GDir) dir = NULL;
    gboolean is_new = after >= PEG_SHOP_STEP_REPLACED;

    g_assert_nonnull (out);
    self->stop_after = after;
    g_assert_null (shop_fixture_check_in (self, "a.nc", "dana", text, &error));
    g_assert_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_STOPPED);
    g_clear_error (&error);
    self->stop_after = -1;
    shop_fixture_reopen (self);

    shop_fixture_assert_content (self, "a.nc", is_new ? text : old);
    shop_fixture_assert_holder (self, "a.nc", is_new ? NULL : "dana");
    assert_flag ("a.nc", PEG_ENTRY_CHANGED_OUTSIDE, FALSE);
    dir = g_dir_open (temporary, 0, NULL);
    g_assert_true (dir == NULL || g_dir_read_name (dir) == NULL);

    /* It goes on as if nothing had happened. */
    if (!is_new) {
      in = shop_fixture_check_in (self, "a.nc", "dana", text, &error);
      g_assert_no_error (error);
    }
    shop_fixture_assert_content (self, "a.nc", text);
  }

  assert_history ("a.nc", "1.8 dana (CUT 3)|1.7 dana (CUT 2)|1.6 dana (CUT 1)|1.5 dana (CUT 0)|"
                  "1.4 - (A, REV 1.4)|");
}

/* Another program at the ledger, like one that holds it or a disk that is full. */
static void
run_sql (ShopFixture *self,
         const char  *sql)
{
  g_autofree char *path = g_build_filename (self->data, "ledger.db", NULL);
  sqlite3 *database;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (database);
}

static void
refuse_revisions (ShopFixture *self)
{
  run_sql (self, "CREATE TRIGGER refuse BEFORE INSERT ON revisions"
                 " BEGIN SELECT RAISE (ABORT, 'refused'); END");
}

static void
take_revisions (ShopFixture *self)
{
  run_sql (self, "DROP TRIGGER refuse");
}

static gboolean
refuse_once (PegShopStep which,
             gpointer    user_data)
{
  if (which == PEG_SHOP_STEP_REPLACED)
    refuse_revisions (user_data);
  else if (which == PEG_SHOP_STEP_REFUSED)
    take_revisions (user_data);

  return TRUE;
}

static gboolean
refuse (PegShopStep which,
        gpointer    user_data)
{
  if (which == PEG_SHOP_STEP_REPLACED)
    refuse_revisions (user_data);

  return TRUE;
}

/* Leaves a.nc with the new content in its place and nothing of it in the ledger,
 * which takes revisions again afterwards. */
static void
check_in_unrecorded (ShopFixture *self)
{
  g_autoptr (PegEntry) out = shop_fixture_check_out (self, "a.nc", "dana", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (out);
  peg_shop_set_step_func (self->shop, refuse, self);
  g_assert_null (shop_fixture_check_in (self, "a.nc", "dana", "(NEW)\n", &error));
  peg_shop_set_step_func (self->shop, NULL, NULL);
  take_revisions (self);

  g_assert_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_UNCERTAIN);
  g_assert_nonnull (strstr (error->message, "is on the disk"));
  g_assert_null (strstr (error->message, "Nothing was replaced"));
  g_assert_null (strstr (error->message, "draft"));
  shop_fixture_assert_content (self, "a.nc", "(NEW)\n");
  shop_fixture_assert_holder (self, "a.nc", "dana");
}

/* The ledger does not take what is in its place already: it is asked again. */
static void
test_shop_recorded_late (ShopFixture       *self,
                         gconstpointer  data)
{
  g_autoptr (PegEntry) out = shop_fixture_check_out (self, "a.nc", "dana", NULL);
  g_autoptr (PegEntry) in = NULL;
  g_autoptr (PegEntry) added = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (out);
  peg_shop_set_step_func (self->shop, refuse_once, self);
  in = shop_fixture_check_in (self, "a.nc", "dana", "(NEW)\n", &error);
  g_assert_no_error (error);
  g_assert_null (peg_entry_get_holder (in));
  assert_history ("a.nc", "1.5 dana (NEW)|1.4 - (A, REV 1.4)|");

  g_clear_object (&self->result);
  peg_shop_add_async (self->shop, shop_fixture_make_upload (self, "n.nc", "kim", "(N)\n"), NULL,
                      shop_fixture_answered_cb, self);
  peg_test_wait_until (self->result != NULL);
  added = peg_shop_add_finish (self->shop, self->result, &error);
  g_assert_no_error (error);
  assert_history ("n.nc", "1.0 kim (N)|");
}

/* A check-in that could not be recorded is said to be uncertain, and is recorded
 * at the next start. */
static void
test_shop_uncertain (ShopFixture       *self,
                     gconstpointer  data)
{
  check_in_unrecorded (self);
  shop_fixture_reopen (self);
  shop_fixture_assert_holder (self, "a.nc", NULL);
  assert_history ("a.nc", "1.5 dana (NEW)|1.4 - (A, REV 1.4)|");
}

/* The rename was done and may not survive a power cut: that is not nothing. */
static void
test_shop_unflushed (ShopFixture       *self,
                     gconstpointer  data)
{
  g_autoptr (PegEntry) out = shop_fixture_check_out (self, "a.nc", "dana", NULL);
  g_autoptr (GError) error = NULL;
  struct stat status;

  g_assert_nonnull (out);
  g_assert_cmpint (stat (self->root, &status), ==, 0);
  unflushed = status.st_ino;
  g_assert_null (shop_fixture_check_in (self, "a.nc", "dana", "(NEW)\n", &error));
  unflushed = 0;
  g_assert_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_UNCERTAIN);
  shop_fixture_assert_content (self, "a.nc", "(NEW)\n");

  shop_fixture_reopen (self);
  shop_fixture_assert_holder (self, "a.nc", NULL);
  assert_history ("a.nc", "1.5 dana (NEW)|1.4 - (A, REV 1.4)|");
}

/* When its holder gives the file back it is recorded then, and never takes the
 * file away from the next one. */
static void
test_shop_uncertain_release (ShopFixture       *self,
                             gconstpointer  data)
{
  PegWireRequest dana = { .user = (char *) "dana" };
  g_autoptr (PegEntry) out = NULL;
  g_autoptr (GError) error = NULL;

  check_in_unrecorded (self);
  g_assert_true (peg_shop_release (self->shop, "a.nc", &dana, &error));
  g_assert_no_error (error);
  assert_history ("a.nc", "1.5 dana (NEW)|1.4 - (A, REV 1.4)|");

  out = shop_fixture_check_out (self, "a.nc", "kim", &error);
  g_assert_no_error (error);
  shop_fixture_reopen (self);
  shop_fixture_assert_holder (self, "a.nc", "kim");
  assert_history ("a.nc", "1.5 dana (NEW)|1.4 - (A, REV 1.4)|");
}

/* When it was changed again before it is given back, what was sent is a draft. */
static void
test_shop_uncertain_changed (ShopFixture       *self,
                             gconstpointer  data)
{
  PegWireRequest kim = { .user = (char *) "kim" };
  g_autoptr (PegEntry) out = NULL;
  g_autoptr (GError) error = NULL;

  check_in_unrecorded (self);
  peg_test_write (self->root, "a.nc", "(BY HAND)\n");
  g_assert_true (peg_shop_override (self->shop, "a.nc", &kim, NULL, &error));
  g_assert_no_error (error);
  /* Fails unless there is exactly one draft. */
  run_sql (self, "CREATE TABLE one (n INTEGER CHECK (n = 1));"
                 "INSERT INTO one SELECT count(*) FROM drafts WHERE who = 'dana'");
  peg_test_write (self->root, "a.nc", "(NEW)\n");
  out = shop_fixture_check_out (self, "a.nc", "kim", &error);
  g_assert_no_error (error);
  shop_fixture_reopen (self);
  shop_fixture_assert_holder (self, "a.nc", "kim");
}

/* The check-out that it was to end does not count any more: the one that counts
 * stays, and the content is a change from outside. Without a token, from a server
 * that did not write it down, the name of the holder decides. */
static void
test_shop_uncertain_overtaken (ShopFixture       *self,
                               gconstpointer  data)
{
  static const char * const changes[] = {
    "UPDATE locks SET token = token + 1000",
    "UPDATE locks SET holder = 'kim'; UPDATE pending SET token = 0",
  };
  PegWireRequest kim = { .user = (char *) "kim" };

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    peg_test_write (self->root, "a.nc", "(A, REV 1.4)\n");
    check_in_unrecorded (self);
    shop_fixture_close_shop (self);
    run_sql (self, changes[i]);
    shop_fixture_open_shop (self);

    shop_fixture_assert_holder (self, "a.nc", i == 0 ? "dana" : "kim");
    assert_flag ("a.nc", PEG_ENTRY_CHANGED_OUTSIDE, TRUE);
    shop_fixture_assert_content (self, "a.nc", "(NEW)\n");

    /* It is over: the next start does not come back to it. */
    run_sql (self, "UPDATE locks SET holder = 'dana', token = token - 1000");
    shop_fixture_reopen (self);
    shop_fixture_assert_holder (self, "a.nc", "dana");
    g_assert_true (peg_shop_override (self->shop, "a.nc", &kim, NULL, NULL));
  }
}

static void
test_shop_add (ShopFixture       *self,
               gconstpointer  data)
{
  PegUpload *upload = shop_fixture_make_upload (self, "New/folder/n.nc", "dana", "(NEW)\n");
  g_autoptr (PegEntry) added = NULL;
  g_autoptr (GError) error = NULL;
  static const char * const bad[] = { "../x.nc", ".hidden", "a.nc~", "/abs", "" };

  upload->new_major = 3;
  peg_shop_add_async (self->shop, upload, NULL, shop_fixture_answered_cb, self);
  peg_test_wait_until (self->result != NULL);
  added = peg_shop_add_finish (self->shop, self->result, &error);
  g_assert_no_error (error);
  shop_fixture_assert_content (self, "New/folder/n.nc", "(NEW)\n");
  assert_history ("New/folder/n.nc", "3.0 dana (NEW)|");
  g_assert_true (shop_fixture_has_record (self, "added n.nc"));

  g_clear_object (&self->result);
  peg_shop_add_async (self->shop, shop_fixture_make_upload (self, "a.nc", "dana", "x"), NULL, shop_fixture_answered_cb, self);
  peg_test_wait_until (self->result != NULL);
  g_assert_null (peg_shop_add_finish (self->shop, self->result, &error));
  g_assert_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_EXISTS);
  shop_fixture_assert_content (self, "a.nc", "(A, REV 1.4)\n");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_clear_object (&self->result);
    g_clear_error (&error);
    peg_shop_add_async (self->shop, shop_fixture_make_upload (self, bad[i], "dana", "x"), NULL, shop_fixture_answered_cb, self);
    peg_test_wait_until (self->result != NULL);
    g_assert_null (peg_shop_add_finish (self->shop, self->result, &error));
    g_assert_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_BAD_NAME);
  }
}

static void
test_shop_link (ShopFixture       *self,
                gconstpointer  data)
{
  g_autoptr (PegEntry) link = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (peg_shop_add_link (self->shop, "New/l.nc", "Mill/b.nc", "dana", &error));
  g_assert_no_error (error);
  link = peg_shop_find (self->shop, "New/l.nc", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (peg_entry_get_master (link), ==, "Mill/b.nc");

  g_assert_null (shop_fixture_check_out (self, "New/l.nc", "dana", &error));
  g_assert_error (error, PEG_SHOP_ERROR, PEG_SHOP_ERROR_LINK);
}

#define add(name, func) \
  g_test_add ("/server/shop/" name, ShopFixture, NULL, shop_fixture_set_up, func, \
              shop_fixture_tear_down)

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
  add ("power-cut", test_shop_power_cut);
  add ("recorded-late", test_shop_recorded_late);
  add ("uncertain", test_shop_uncertain);
  add ("unflushed", test_shop_unflushed);
  add ("uncertain-release", test_shop_uncertain_release);
  add ("uncertain-changed", test_shop_uncertain_changed);
  add ("uncertain-overtaken", test_shop_uncertain_overtaken);
  add ("add", test_shop_add);
  add ("link", test_shop_link);

  return g_test_run ();
}
