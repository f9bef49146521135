/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "shop-fixture.h"

#include "peg-revision.h"

#include <unistd.h>

static void
changed_cb (PegShop         *shop,
            const PegRecord *record,
            ShopFixture     *self)
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
  ShopFixture *self = user_data;

  return (gint64) which != self->stop_after;
}

void
shop_fixture_open_shop (ShopFixture *self)
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

void
shop_fixture_close_shop (ShopFixture *self)
{
  g_clear_object (&self->result);
  peg_test_wait_until (G_OBJECT (self->shop)->ref_count == 1);
  g_assert_finalize_object (self->shop);
  self->shop = NULL;
}

void
shop_fixture_reopen (ShopFixture *self)
{
  shop_fixture_close_shop (self);
  shop_fixture_open_shop (self);
}

void
shop_fixture_set_up (ShopFixture   *self,
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
  shop_fixture_open_shop (self);
}

void
shop_fixture_tear_down (ShopFixture   *self,
                        gconstpointer  data)
{
  shop_fixture_close_shop (self);
  g_ptr_array_unref (self->records);
  g_free (self->root);
  g_free (self->data);
  peg_test_remove_folder (self->folder);
}

void
shop_fixture_answered_cb (GObject      *source,
                          GAsyncResult *result,
                          gpointer      user_data)
{
  ShopFixture *self = user_data;

  g_assert_null (self->result);
  self->result = g_object_ref (result);
}

PegEntry *
shop_fixture_check_out (ShopFixture  *self,
                        const char   *name,
                        const char   *user,
                        GError      **error)
{
  PegWireRequest request = { .user = (char *) user, .message = (char *) "why",
                             .station = (char *) "VF-4" };

  g_clear_object (&self->result);
  peg_shop_check_out_async (self->shop, name, &request, NULL, shop_fixture_answered_cb, self);
  peg_test_wait_until (self->result != NULL);

  return peg_shop_check_out_finish (self->shop, self->result, error);
}

PegUpload *
shop_fixture_make_upload (ShopFixture *self,
                          const char  *name,
                          const char  *user,
                          const char  *text)
{
  PegUpload *upload = g_new0 (PegUpload, 1);

  upload->name = g_strdup (name);
  upload->user = g_strdup (user);
  upload->comment = g_strdup ("comment");
  upload->incoming = peg_incoming_new (peg_shop_get_objects (self->shop), NULL);
  g_assert_true (peg_incoming_write (upload->incoming, text, strlen (text), NULL));

  return upload;
}

PegEntry *
shop_fixture_send_in (ShopFixture  *self,
                      PegUpload    *upload,
                      GError      **error)
{
  g_clear_object (&self->result);
  peg_shop_check_in_async (self->shop, upload, NULL, shop_fixture_answered_cb, self);
  peg_test_wait_until (self->result != NULL);

  return peg_shop_check_in_finish (self->shop, self->result, error);
}

PegEntry *
shop_fixture_check_in (ShopFixture  *self,
                       const char   *name,
                       const char   *user,
                       const char   *text,
                       GError      **error)
{
  return shop_fixture_send_in (self, shop_fixture_make_upload (self, name, user, text), error);
}

void
shop_fixture_assert_content (ShopFixture *self,
                             const char  *path,
                             const char  *text)
{
  g_autofree char *found = peg_test_read (self->root, path);

  g_assert_cmpstr (found, ==, text);
}

void
shop_fixture_assert_holder (ShopFixture *self,
                            const char  *name,
                            const char  *holder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PegEntry) entry = peg_shop_find (self->shop, name, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (peg_entry_get_holder (entry), ==, holder);
}

/* The revisions as one text, newest first, each with its content. */
char *
shop_fixture_dup_history (ShopFixture *self,
                          const char  *name)
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

gboolean
shop_fixture_has_record (ShopFixture *self,
                         const char  *text)
{
  return g_ptr_array_find_with_equal_func (self->records, text, g_str_equal, NULL);
}

gboolean
shop_fixture_is_there (ShopFixture *self,
                       const char  *name)
{
  g_autoptr (PegEntry) entry = peg_shop_find (self->shop, name, NULL);

  return entry != NULL;
}

gboolean
shop_fixture_has_flag (ShopFixture   *self,
                       const char    *name,
                       PegEntryFlags  flag)
{
  g_autoptr (PegEntry) entry = peg_shop_find (self->shop, name, NULL);

  return entry != NULL && (peg_entry_get_flags (entry) & flag) != 0;
}

guint
shop_fixture_count_drafts (ShopFixture *self)
{
  g_autofree char *path = g_build_filename (self->data, "objects", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

void
shop_fixture_assert_refused (ShopFixture *self,
                             PegUpload   *upload,
                             int          code)
{
  g_autoptr (GError) error = NULL;
  guint before = shop_fixture_count_drafts (self);

  g_assert_null (shop_fixture_send_in (self, upload, &error));
  g_assert_error (error, PEG_SHOP_ERROR, code);
  g_assert_nonnull (strstr (error->message, "draft "));
  g_assert_cmpuint (shop_fixture_count_drafts (self), >=, before);
}
