/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-routes"

#include "peg-config.h"

#include "peg-routes-private.h"

#include "peg-answer.h"
#include "peg-log.h"
#include "peg-name.h"
#include "peg-objects.h"
#include "peg-receive.h"
#include "peg-revision.h"
#include "peg-wire.h"

#include <string.h>

/* The answer comes later: the connection waits, and the message is kept. */
static SoupServerMessage *
wait_for_answer (PegRoutes         *self,
                 SoupServerMessage *message)
{
  peg_routes_begin_change (self, message);
  soup_server_message_pause (message);

  return g_object_ref (message);
}

/* Ends the wait with the file as it is now, or with why not. */
static void
answer_later (SoupServerMessage *message,
              PegEntry          *entry,
              const GError      *error)
{
  if (entry != NULL)
    peg_answer_done (message, entry);
  else
    peg_answer_error (message, error);
  soup_server_message_unpause (message);
}

static void
checked_out_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (SoupServerMessage) message = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PegEntry) entry = peg_shop_check_out_finish (PEG_SHOP (source), result, &error);

  answer_later (message, entry, error);
}

void
peg_route_check_out (PegRoutes    *self,
                     const PegAsk *ask)
{
  peg_shop_set_once (self->shop, peg_answer_get_once (ask->message));
  peg_shop_check_out_async (self->shop, ask->file, ask->request, NULL, checked_out_cb,
                            wait_for_answer (self, ask->message));
}

static gboolean
is_yes (const char *value)
{
  return value != NULL && (g_ascii_strcasecmp (value, "true") == 0 || strcmp (value, "1") == 0);
}

/* `If-Match: 12`, `"12"` or `W/"12"`: the version of the record. */
static gboolean
read_if_match (SoupServerMessage  *message,
               guint64            *version,
               GError            **error)
{
  const char *value = soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                                    "If-Match");
  g_autofree char *text = NULL;

  *version = 0;
  if (value == NULL || strcmp (value, "*") == 0)
    return TRUE;

  if (g_str_has_prefix (value, "W/"))
    value += 2;
  text = g_strdup (value);
  g_strdelimit (text, "\"", ' ');
  g_strstrip (text);

  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT64, version, NULL)) {
    g_set_error_literal (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_VALUE,
                         "If-Match must be the version of a file");
    return FALSE;
  }

  return TRUE;
}

static gboolean
read_number (PegMultipart  *form,
             const char    *field,
             guint64        max,
             guint64       *number,
             GError       **error)
{
  const char *text = peg_multipart_get_field (form, field);

  *number = 0;
  if (text == NULL || text[0] == '\0')
    return TRUE;

  if (!g_ascii_string_to_unsigned (text, 10, 0, max, number, NULL)) {
    g_set_error (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_VALUE, "“%s” must be a number", field);
    return FALSE;
  }

  return TRUE;
}

/* The content is in the form, or came through a socket before. */
static PegIncoming *
take_content (PegRoutes     *self,
              const PegAsk  *ask,
              const char    *user,
              GError       **error)
{
  const char *upload_id = peg_multipart_get_field (ask->form, "upload_id");
  PegIncoming *incoming = peg_receive_take_incoming (ask->message);

  if (incoming != NULL)
    return incoming;

  if (upload_id != NULL && upload_id[0] != '\0')
    return peg_staging_take (peg_shop_get_staging (self->shop), peg_shop_get_objects (self->shop),
                             user, upload_id, error);

  g_set_error_literal (error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_MISSING,
                       "The upload holds no file");

  return NULL;
}

/* Who sends it: who asks, or, where nobody proves that, who they say. */
static const char *
get_user (const PegAsk *ask)
{
  return ask->caller != NULL ? ask->caller->name : peg_multipart_get_field (ask->form, "user");
}

static PegUpload *
read_check_in (PegRoutes     *self,
               const PegAsk  *ask,
               GError       **error)
{
  g_autoptr (PegUpload) upload = g_new0 (PegUpload, 1);
  PegMultipart *form = ask->form;
  guint64 new_major;

  upload->name = g_strdup (ask->file);
  upload->user = g_strdup (get_user (ask));
  upload->comment = g_strdup (peg_multipart_get_field (form, "commit_message"));
  upload->force = is_yes (peg_multipart_get_field (form, "force"));
  upload->is_major = g_strcmp0 (peg_multipart_get_field (form, "rev_type"), "major") == 0;
  if (!read_if_match (ask->message, &upload->if_version, error) ||
      !read_number (form, "token", G_MAXINT64, &upload->token, error) ||
      !read_number (form, "new_major_rev", 1000000, &new_major, error))
    return NULL;
  upload->new_major = (int) new_major;

  /* Last: what waits for its check-in is gone with it. */
  upload->incoming = take_content (self, ask, upload->user, error);
  if (upload->incoming == NULL)
    return NULL;

  return g_steal_pointer (&upload);
}

static void
checked_in_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (SoupServerMessage) message = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PegEntry) entry = peg_shop_check_in_finish (PEG_SHOP (source), result, &error);

  answer_later (message, entry, error);
}

void
peg_route_check_in (PegRoutes    *self,
                    const PegAsk *ask)
{
  g_autoptr (GError) error = NULL;
  PegUpload *upload = read_check_in (self, ask, &error);

  if (upload == NULL) {
    peg_answer_error (ask->message, error);
    return;
  }

  peg_shop_set_once (self->shop, peg_answer_get_once (ask->message));
  peg_shop_check_in_async (self->shop, upload, NULL, checked_in_cb, wait_for_answer (self, ask->message));
}

void
peg_route_release (PegRoutes    *self,
                   const PegAsk *ask)
{
  g_autoptr (GError) error = NULL;

  peg_shop_set_once (self->shop, peg_answer_get_once (ask->message));
  if (peg_shop_release (self->shop, ask->file, ask->request, &error))
    peg_answer_done (ask->message, NULL);
  else
    peg_answer_error (ask->message, error);
}

void
peg_route_override (PegRoutes    *self,
                    const PegAsk *ask)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *holder = NULL;

  peg_shop_set_once (self->shop, peg_answer_get_once (ask->message));
  if (!peg_shop_override (self->shop, ask->file, ask->request, &holder, &error)) {
    peg_answer_error (ask->message, error);
    return;
  }

  peg_answer_done (ask->message, NULL);
  peg_hub_send_notes (self->hub, holder);
}

void
peg_route_download (PegRoutes    *self,
                    const PegAsk *ask)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PegEntry) entry = NULL;
  g_autofree char *etag = NULL;
  int fd = peg_shop_open_file (self->shop, ask->file, &entry, &error);

  if (fd < 0) {
    peg_answer_error (ask->message, error);
    return;
  }

  if (peg_entry_get_sha256 (entry) != NULL)
    etag = g_strdup_printf ("\"%s\"", peg_entry_get_sha256 (entry));
  else
    etag = g_strdup_printf ("W/\"%s-%" G_GUINT64_FORMAT "\"", peg_entry_get_id (entry),
                            peg_entry_get_version (entry));

  peg_answer_file (ask->message, fd, peg_entry_get_filename (entry), etag);
}

void
peg_route_history (PegRoutes    *self,
                   const PegAsk *ask)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PegEntry) entry = peg_shop_find (self->shop, ask->file, &error);
  g_autoptr (GPtrArray) revisions = NULL;

  if (entry != NULL)
    revisions = peg_shop_list_history (self->shop, peg_entry_get_path (entry), &error);

  if (revisions == NULL)
    peg_answer_error (ask->message, error);
  else
    peg_answer_json (ask->message, SOUP_STATUS_OK,
                     peg_wire_encode_history (peg_entry_get_filename (entry), revisions));
}

void
peg_route_version (PegRoutes    *self,
                   const PegAsk *ask)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PegEntry) entry = NULL;
  g_autofree char *etag = NULL;
  int fd;

  if (ask->rest == NULL || !peg_objects_is_hash (ask->rest)) {
    peg_answer_detail (ask->message, SOUP_STATUS_NOT_FOUND, "There is no such revision", "not_found");
    return;
  }

  fd = peg_shop_open_version (self->shop, ask->file, ask->rest, &entry, &error);
  if (fd < 0) {
    peg_answer_error (ask->message, error);
    return;
  }

  etag = g_strdup_printf ("\"%s\"", ask->rest);
  peg_answer_file (ask->message, fd, peg_entry_get_filename (entry), etag);
}

static void
added_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (SoupServerMessage) message = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PegEntry) entry = peg_shop_add_finish (PEG_SHOP (source), result, &error);

  answer_later (message, entry, error);
}

/* Where a new file goes: `folder` of the form, if any, and the name of the file
 * without whatever folder the browser says it came from. */
static char *
dup_new_path (PegMultipart *form,
              const char   *name)
{
  const char *folder = peg_multipart_get_field (form, "folder");
  const char *last = MAX (strrchr (name, '/'), strrchr (name, '\\'));

  if (last != NULL)
    name = last + 1;

  return folder != NULL && folder[0] != '\0' ? g_strconcat (folder, "/", name, NULL)
                                             : g_strdup (name);
}

void
peg_route_new_upload (PegRoutes    *self,
                      const PegAsk *ask)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PegUpload) upload = NULL;
  g_autofree char *path = NULL;
  PegMultipart *form = ask->form;
  const char *user, *name;
  gboolean is_link;

  user = get_user (ask);
  is_link = is_yes (peg_multipart_get_field (form, "is_link_creation"));
  name = is_link ? peg_multipart_get_field (form, "new_link_filename")
                 : peg_multipart_get_file_name (form);
  if (name == NULL || (is_link && peg_multipart_get_field (form, "link_to_master") == NULL)) {
    peg_answer_detail (ask->message, SOUP_STATUS_UNPROCESSABLE_ENTITY,
                       "Send a file, or the name of a link and what it stands for", "bad_request");
    return;
  }
  path = dup_new_path (form, name);

  if (is_link) {
    if (peg_shop_add_link (self->shop, path, peg_multipart_get_field (form, "link_to_master"), user,
                           &error))
      peg_answer_done (ask->message, NULL);
    else
      peg_answer_error (ask->message, error);
    return;
  }

  upload = g_new0 (PegUpload, 1);
  upload->name = g_steal_pointer (&path);
  upload->user = g_strdup (user);
  upload->comment = g_strdup (peg_multipart_get_field (form, "description"));
  upload->incoming = peg_receive_take_incoming (ask->message);
  if (!peg_revision_parse (peg_multipart_get_field (form, "rev"), &upload->new_major,
                           &upload->new_minor))
    upload->new_major = upload->new_minor = 0;

  peg_shop_set_once (self->shop, peg_answer_get_once (ask->message));
  peg_shop_add_async (self->shop, g_steal_pointer (&upload), NULL, added_cb,
                      wait_for_answer (self, ask->message));
}
