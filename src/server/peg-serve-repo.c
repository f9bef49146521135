/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-serve-repo"

#include "peg-config.h"

#include "peg-serve-repo.h"

#include "peg-answer.h"
#include "peg-beneath.h"
#include "peg-receive.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define APP "io.github.pegboard.Pegboard"

/* A key has some hundred bytes; a few signatures may hang on it. */
#define MAX_KEY (64 * 1024)

/* Named by what is in it, it can never be another. */
#define IMMUTABLE "public, max-age=31536000, immutable"

struct _PegServeRepo
{
  int root;         /* (owned): of the folder */
  char *title;      /* (owned) */
  SoupServer *soup; /* (owned) (nullable): it is not attached */
};

/* What ostree and flatpak ask for; the rest of the folder is nobody's business. */
static const struct {
  const char *name;
  gboolean is_folder;
  gboolean is_immutable;
} parts[] = {
  { "config", FALSE, FALSE },
  { "summary", FALSE, FALSE },
  { "summary.sig", FALSE, FALSE },
  { "summary.idx", FALSE, FALSE },
  { "summary.idx.sig", FALSE, FALSE },
  { "delta-indexes", TRUE, FALSE },
  { "deltas", TRUE, TRUE },
  { "objects", TRUE, TRUE },
  { "refs", TRUE, FALSE },
  { "summaries", TRUE, TRUE },
};

static gboolean
find_part (const char *path,
           gboolean   *is_immutable)
{
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    gsize length = strlen (parts[i].name);

    if (strncmp (path, parts[i].name, length) == 0 &&
        path[length] == (parts[i].is_folder ? '/' : '\0')) {
      *is_immutable = parts[i].is_immutable;
      return TRUE;
    }
  }

  return FALSE;
}

static void
refuse (SoupServerMessage *message)
{
  peg_answer_detail (message, SOUP_STATUS_NOT_FOUND, "There is no such file in the repository",
                     "not_found");
}

/* Returns: (transfer full) (nullable): the public key, as OpenPGP packets */
static GBytes *
read_key (PegServeRepo  *self,
          GError       **error)
{
  peg_autofd fd = peg_beneath_open (self->root, PEG_SERVE_REPO_KEY, O_RDONLY, 0);
  g_autofree guint8 *key = g_malloc (MAX_KEY);
  gssize length = fd >= 0 ? read (fd, key, MAX_KEY) : -1;

  /* The first bit of a packet is set (RFC 9580, 4.2); text has no such bit. */
  if (length > 0 && length < MAX_KEY && (key[0] & 0x80) != 0)
    return g_bytes_new_take (g_steal_pointer (&key), (gsize) length);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "There is no public key in “%s” of the repository. Put it there with "
               "“gpg --export KEY > %s”, without --armor.", PEG_SERVE_REPO_KEY, PEG_SERVE_REPO_KEY);

  return NULL;
}

static gboolean
has_file (PegServeRepo *self,
          const char   *name)
{
  struct stat status;

  return peg_beneath_stat (self->root, name, &status) && S_ISREG (status.st_mode);
}

/* Where the client found us: it will ask there again. A name that could end a line or
 * a tag cannot be in a URI. */
static char *
dup_base (SoupServerMessage *message)
{
  GUri *uri = soup_server_message_get_uri (message);
  g_autoptr (GUri) base = NULL;

  base = g_uri_build (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri),
                      g_uri_get_port (uri), PEG_SERVE_REPO_PATH "/", NULL, NULL);

  return g_uri_to_string (base);
}

/* Names what the repository holds, wherever a copy of it lies; a USB stick is good for
 * nothing without (ostree.repo-config(5), “collection-id”).
 *
 * Returns: (transfer full) (nullable): the name, when there is one */
static char *
dup_collection (PegServeRepo *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  peg_autofd fd = peg_beneath_open (self->root, "config", O_RDONLY, 0);
  char config[4096];
  gssize length = fd >= 0 ? read (fd, config, sizeof config) : -1;

  if (length <= 0 || !g_key_file_load_from_data (file, config, (gsize) length, G_KEY_FILE_NONE, NULL))
    return NULL;

  return g_key_file_get_string (file, "core", "collection-id", NULL);
}

static void
answer_key_file (PegServeRepo      *self,
                 SoupServerMessage *message,
                 GKeyFile          *file,
                 const char        *group,
                 const char        *type)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) key = read_key (self, &error);
  g_autofree char *base = dup_base (message);
  g_autofree char *collection = dup_collection (self);
  g_autofree char *encoded = NULL;
  char *text;
  gsize length;

  if (key == NULL) {
    peg_answer_error (message, error);
    return;
  }

  encoded = g_base64_encode (g_bytes_get_data (key, NULL), g_bytes_get_size (key));
  g_key_file_set_string (file, group, "Title", self->title);
  g_key_file_set_string (file, group, "Url", base);
  g_key_file_set_string (file, group, "Homepage", "https://github.com/pegboard/pegboard");
  g_key_file_set_string (file, group, "GPGKey", encoded);
  if (collection != NULL && *collection != '\0')
    g_key_file_set_string (file, group, "CollectionID", collection);

  text = g_key_file_to_data (file, &length, NULL);
  soup_message_headers_replace (headers, "Cache-Control", "no-cache");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_TAKE, text, length);
}

/* https://docs.flatpak.org/en/latest/flatpak-command-reference.html, flatpakrepo(5) */
static void
answer_flatpakrepo (PegServeRepo      *self,
                    SoupServerMessage *message)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  answer_key_file (self, message, file, "Flatpak Repo", "application/vnd.flatpak.repo");
}

/* Likewise, flatpakref(5). */
static void
answer_flatpakref (PegServeRepo      *self,
                   SoupServerMessage *message)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_key_file_set_string (file, "Flatpak Ref", "Name", APP);
  g_key_file_set_string (file, "Flatpak Ref", "Branch", "stable");
  g_key_file_set_boolean (file, "Flatpak Ref", "IsRuntime", FALSE);
  g_key_file_set_string (file, "Flatpak Ref", "SuggestRemoteName", "pegboard");
  answer_key_file (self, message, file, "Flatpak Ref", "application/vnd.flatpak.ref");
}

/* Whether the client has it already (RFC 9110, 13.1): an entity tag goes before a
 * date. */
static gboolean
is_known (SoupServerMessage *message,
          const char        *etag,
          gint64             modified_s)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *tags = soup_message_headers_get_list (headers, "If-None-Match");
  const char *since = soup_message_headers_get_one (headers, "If-Modified-Since");
  g_autoptr (GDateTime) date = NULL;

  if (tags != NULL)
    return strstr (tags, etag) != NULL || strcmp (tags, "*") == 0;

  date = since != NULL ? soup_date_time_new_from_http_string (since) : NULL;

  return date != NULL && modified_s <= g_date_time_to_unix (date);
}

/* What part of a file is asked for (RFC 9110, 14.2). Several parts at once may be
 * answered with the whole, and so are all that cannot be understood.
 *
 * Returns: whether there is such a part */
static gboolean
read_range (SoupServerMessage *message,
            const char        *etag,
            gint64             size,
            gint64            *from,
            gint64            *length,
            gboolean          *is_part)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *range = soup_message_headers_get_one (headers, "Range");
  const char *only_if = soup_message_headers_get_one (headers, "If-Range");
  g_autofree char *last = NULL;
  g_autofree char *first = NULL;
  const char *dash;
  guint64 a = 0, b = 0;
  gboolean has_a, has_b;

  *from = 0;
  *length = size;
  *is_part = FALSE;
  if (range == NULL || !g_str_has_prefix (range, "bytes=") || strchr (range, ',') != NULL ||
      (only_if != NULL && strcmp (only_if, etag) != 0))
    return TRUE;

  dash = strchr (range, '-');
  if (dash == NULL)
    return TRUE;

  first = g_strstrip (g_strndup (range + strlen ("bytes="), (gsize) (dash - range) - strlen ("bytes=")));
  last = g_strstrip (g_strdup (dash + 1));
  has_a = g_ascii_string_to_unsigned (first, 10, 0, G_MAXINT64, &a, NULL);
  has_b = g_ascii_string_to_unsigned (last, 10, 0, G_MAXINT64, &b, NULL);
  if ((!has_a && *first != '\0') || (!has_b && *last != '\0') || (!has_a && !has_b) ||
      (has_a && has_b && b < a))
    return TRUE;

  *is_part = TRUE;
  if (!has_a) {
    *length = MIN ((gint64) b, size);
    *from = size - *length;
    return *length > 0;
  }

  if ((gint64) a >= size)
    return FALSE;
  *from = (gint64) a;
  *length = (has_b && (gint64) b < size ? (gint64) b + 1 : size) - *from;

  return TRUE;
}

static void
answer_file (SoupServerMessage *message,
             int                fd,
             gboolean           is_immutable)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  peg_autofd own_fd = fd;
  g_autoptr (GDateTime) modified = NULL;
  g_autofree char *etag = NULL;
  g_autofree char *date = NULL;
  struct stat status;
  gint64 from, length;
  gboolean is_part, is_there;

  /* ostree never changes a file, it puts another one in its place. */
  if (fstat (own_fd, &status) < 0 || !S_ISREG (status.st_mode)) {
    refuse (message);
    return;
  }

  etag = g_strdup_printf ("\"%" G_GINT64_MODIFIER "x-%lx-%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x\"",
                          (gint64) status.st_mtim.tv_sec, (gulong) status.st_mtim.tv_nsec,
                          (gint64) status.st_size, (guint64) status.st_ino);
  modified = g_date_time_new_from_unix_utc (status.st_mtim.tv_sec);
  date = modified != NULL ? soup_date_time_to_string (modified, SOUP_DATE_HTTP) : NULL;
  soup_message_headers_replace (headers, "ETag", etag);
  if (date != NULL)
    soup_message_headers_replace (headers, "Last-Modified", date);
  soup_message_headers_replace (headers, "Cache-Control", is_immutable ? IMMUTABLE : "no-cache");
  soup_message_headers_replace (headers, "Accept-Ranges", "bytes");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  if (is_known (message, etag, status.st_mtim.tv_sec)) {
    soup_server_message_set_status (message, SOUP_STATUS_NOT_MODIFIED, NULL);
    return;
  }

  is_there = read_range (message, etag, status.st_size, &from, &length, &is_part);
  /* libsoup would cut a part out of what it has in memory. */
  soup_message_headers_remove (soup_server_message_get_request_headers (message), "Range");
  if (!is_there) {
    g_autofree char *all = g_strdup_printf ("bytes */%" G_GINT64_FORMAT, (gint64) status.st_size);

    soup_message_headers_replace (headers, "Content-Range", all);
    soup_server_message_set_status (message, SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE, NULL);
    return;
  }

  soup_message_headers_set_content_type (headers, "application/octet-stream", NULL);
  if (is_part)
    soup_message_headers_set_content_range (headers, from, from + length - 1, status.st_size);
  soup_server_message_set_status (message,
                                  is_part ? SOUP_STATUS_PARTIAL_CONTENT : SOUP_STATUS_OK, NULL);
  peg_answer_stream (message, peg_fd_steal (&own_fd), from, length);
}

/* Nothing is ever sent to a repository; whoever begins to is stopped before it fills
 * the memory. */
static void
early_cb (SoupServer        *server,
          SoupServerMessage *message,
          const char        *path,
          GHashTable        *query,
          gpointer           user_data)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *method = soup_server_message_get_method (message);

  if (method == SOUP_METHOD_GET || method == SOUP_METHOD_HEAD) {
    if (soup_message_headers_get_content_length (headers) == 0 &&
        soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CHUNKED)
      return;
    peg_answer_detail (message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "Nothing can be sent here",
                       "too_large");
  } else {
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Allow",
                                  "GET, HEAD");
    peg_answer_detail (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "The repository can only be read",
                       "method");
  }

  peg_receive_refuse (message);
}

static void
request_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  PegServeRepo *self = user_data;
  const char *raw = g_uri_get_path (soup_server_message_get_uri (message)) + strlen (PEG_SERVE_REPO_PATH);
  g_autofree char *name = *raw == '/' ? g_uri_unescape_string (raw + 1, "/") : NULL;
  gboolean is_immutable;
  peg_autofd fd = -1;

  if (soup_server_message_get_status (message) != 0)
    return;

  if (name == NULL || *name == '\0') {
    refuse (message);
  } else if (strcmp (name, "pegboard.flatpakrepo") == 0) {
    answer_flatpakrepo (self, message);
  } else if (strcmp (name, APP ".flatpakref") == 0) {
    answer_flatpakref (self, message);
  } else if (!find_part (name, &is_immutable)) {
    refuse (message);
  } else {
    fd = peg_beneath_open (self->root, name, O_RDONLY | O_NONBLOCK, 0);
    if (fd < 0)
      refuse (message);
    else
      answer_file (message, peg_fd_steal (&fd), is_immutable);
  }
}

/**
 * peg_serve_repo_attach:
 * @self: a repository
 * @server: a server whose paths stay as they are (“raw-paths”)
 *
 * Hands the repository out below %PEG_SERVE_REPO_PATH, without asking who it is: it is
 * signed, and what is in it is published.
 */
void
peg_serve_repo_attach (PegServeRepo *self,
                       SoupServer   *server)
{
  g_return_if_fail (self != NULL && self->soup == NULL);

  self->soup = g_object_ref (server);
  soup_server_add_early_handler (server, PEG_SERVE_REPO_PATH, early_cb, self, NULL);
  soup_server_add_handler (server, PEG_SERVE_REPO_PATH, request_cb, self, NULL);
}

/**
 * peg_serve_repo_new:
 * @folder: of an OSTree repository of mode “archive”
 * @title: what people call where it comes from
 * @error: return location for an error that says what to do
 *
 * Opens a repository. One that nobody could check is refused: without a key, or
 * without a signed summary.
 *
 * Returns: (transfer full) (nullable): the repository
 */
PegServeRepo *
peg_serve_repo_new (const char  *folder,
                    const char  *title,
                    GError     **error)
{
  g_autoptr (PegServeRepo) self = g_new0 (PegServeRepo, 1);
  g_autoptr (GBytes) key = NULL;

  g_return_val_if_fail (folder != NULL && title != NULL, NULL);

  self->title = g_strdup (title);
  self->root = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (self->root < 0) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                 "Cannot open the repository “%s”: %s", folder, g_strerror (errno));
    return NULL;
  }

  if (!has_file (self, "config") || !has_file (self, "summary")) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 "“%s” is no Flatpak repository with a summary. “flatpak build-update-repo” makes "
                 "one.", folder);
    return NULL;
  }
  if (!has_file (self, "summary.sig")) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 "The repository “%s” is not signed: nobody could tell it from another one. Sign it "
                 "with “flatpak build-update-repo --gpg-sign=KEY”.", folder);
    return NULL;
  }

  key = read_key (self, error);
  if (key == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * peg_serve_repo_free:
 * @self: a repository
 *
 * Hands it out no more.
 */
void
peg_serve_repo_free (PegServeRepo *self)
{
  if (self->soup != NULL)
    soup_server_remove_handler (self->soup, PEG_SERVE_REPO_PATH);
  g_clear_object (&self->soup);
  peg_fd_clear (&self->root);
  g_free (self->title);
  g_free (self);
}
