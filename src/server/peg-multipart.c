/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-multipart"

#include "peg-config.h"

#include "peg-multipart.h"

#include <string.h>

/* RFC 2046, 5.1.1: a boundary has at most 70 characters. */
#define MAX_BOUNDARY 70

/* The headers of one part; browsers send about 150 bytes. */
#define MAX_HEADER (8 * 1024)

/* One plain field: a comment. */
#define MAX_FIELD (64 * 1024)

/* How many parts there may be. Ours have six. */
#define MAX_PARTS 32

typedef enum {
  STATE_PREAMBLE, /* before the first boundary */
  STATE_BOUNDARY, /* after a boundary: a line break or the end follows */
  STATE_HEADER,   /* in the headers of a part */
  STATE_FIELD,    /* in the body of a plain field */
  STATE_FILE,     /* in the body of the file */
  STATE_END,      /* after the last boundary */
} State;

/**
 * PegMultipart:
 *
 * Reads a `multipart/form-data` body (RFC 7578) piece by piece, as it comes
 * from the socket. Plain fields are kept, the bytes of the file are handed on
 * at once, so that a large one never lies in memory. It knows nothing of HTTP.
 */
struct _PegMultipart
{
  PegMultipartFileFunc file_func; /* (not nullable) */
  gpointer user_data;             /* (unowned) */
  char *delimiter;                /* (owned): CR LF - - boundary */
  gsize delimiter_length;
  GByteArray *buffer;             /* (owned): read, and not yet understood */
  State state;
  GHashTable *fields;             /* (owned): name → text */
  char *file_name;                /* (owned) (nullable): as the client calls it */
  char *name;                     /* (owned) (nullable): of the part */
  GString *field;                 /* (owned): the plain field being read */
  guint n_parts;
};

G_DEFINE_QUARK (peg-multipart-error-quark, peg_multipart_error)

/* The value of a parameter such as `name="a \"b\""` in a header that is written
 * as RFC 7578 and browsers do: `%22`, `%0D`, `%0A` stay as they are, a backslash
 * only quotes a quote. */
static char *
dup_parameter (const char *header,
               const char *name)
{
  gsize length = strlen (name);
  gboolean quoted = FALSE;

  for (const char *c = header; *c != '\0'; c++) {
    if (*c == '"')
      quoted = !quoted;
    if (quoted && *c == '\\' && c[1] != '\0') {
      c++;
      continue;
    }
    if (quoted || *c != ';')
      continue;

    c++;
    c += strspn (c, " \t");
    if (g_ascii_strncasecmp (c, name, length) != 0 || c[length] != '=') {
      c--;
      continue;
    }

    c += length + 1;
    if (*c == '"') {
      GString *value = g_string_new (NULL);

      for (c++; *c != '\0' && *c != '"'; c++) {
        if (*c == '\\' && (c[1] == '"' || c[1] == '\\'))
          c++;
        g_string_append_c (value, *c);
      }
      return g_string_free (value, FALSE);
    }

    return g_strndup (c, strcspn (c, "; \t\r\n"));
  }

  return NULL;
}

static gboolean
read_headers (PegMultipart  *self,
              const char    *headers,
              GError       **error)
{
  g_auto (GStrv) lines = g_strsplit (headers, "\r\n", -1);
  g_autofree char *file_name = NULL;

  g_clear_pointer (&self->name, g_free);

  for (guint i = 0; lines[i] != NULL; i++) {
    if (g_ascii_strncasecmp (lines[i], "Content-Disposition:", 20) != 0)
      continue;
    g_clear_pointer (&self->name, g_free);
    g_clear_pointer (&file_name, g_free);
    self->name = dup_parameter (lines[i], "name");
    file_name = dup_parameter (lines[i], "filename");
  }

  if (self->name == NULL || !g_utf8_validate (self->name, -1, NULL) ||
      (file_name != NULL && !g_utf8_validate (file_name, -1, NULL))) {
    g_set_error_literal (error, PEG_MULTIPART_ERROR, PEG_MULTIPART_ERROR_SYNTAX,
                         "A part of the form has no readable name");
    return FALSE;
  }

  if (file_name == NULL) {
    self->state = STATE_FIELD;
    g_string_truncate (self->field, 0);
    return TRUE;
  }

  if (self->file_name != NULL) {
    g_set_error_literal (error, PEG_MULTIPART_ERROR, PEG_MULTIPART_ERROR_SYNTAX,
                         "The form holds more than one file");
    return FALSE;
  }

  self->file_name = g_steal_pointer (&file_name);
  self->state = STATE_FILE;

  return self->file_func (self->name, "", 0, self->user_data, error);
}

static gboolean
take_body (PegMultipart  *self,
           const char    *data,
           gsize          length,
           GError       **error)
{
  if (length == 0)
    return TRUE;

  if (self->state == STATE_FILE)
    return self->file_func (self->name, data, length, self->user_data, error);

  if (self->field->len + length > MAX_FIELD) {
    g_set_error (error, PEG_MULTIPART_ERROR, PEG_MULTIPART_ERROR_TOO_BIG,
                 "The field “%.40s” is longer than %d KiB", self->name, MAX_FIELD / 1024);
    return FALSE;
  }
  g_string_append_len (self->field, data, (gssize) length);

  return TRUE;
}

static gboolean
finish_body (PegMultipart  *self,
             GError       **error)
{
  if (self->state == STATE_FIELD) {
    if (!g_utf8_validate_len (self->field->str, self->field->len, NULL)) {
      g_set_error (error, PEG_MULTIPART_ERROR, PEG_MULTIPART_ERROR_SYNTAX,
                   "The field “%.40s” is not UTF-8", self->name);
      return FALSE;
    }
    g_hash_table_replace (self->fields, g_steal_pointer (&self->name),
                          g_strndup (self->field->str, self->field->len));
  }
  self->state = STATE_BOUNDARY;

  return TRUE;
}

/* Takes what it can from the body of a part, and keeps back what could be the
 * beginning of a boundary. Returns how many bytes it used. */
static gsize
read_body (PegMultipart  *self,
           gboolean      *more,
           GError       **error)
{
  const char *data = (const char *) self->buffer->data;
  gsize length = self->buffer->len, keep;
  const char *found = memmem (data, length, self->delimiter, self->delimiter_length);

  if (found != NULL) {
    *more = take_body (self, data, (gsize) (found - data), error) && finish_body (self, error);
    return (gsize) (found - data) + self->delimiter_length;
  }

  *more = FALSE;
  for (keep = MIN (length, self->delimiter_length - 1); keep > 0; keep--) {
    if (memcmp (data + length - keep, self->delimiter, keep) == 0)
      break;
  }
  take_body (self, data, length - keep, error);

  return length - keep;
}

/* What stands before the first boundary is skipped (RFC 2046, 5.1.1). The first
 * boundary may lack the line break before it. */
static gsize
read_preamble (PegMultipart *self,
               gboolean     *more)
{
  const char *data = (const char *) self->buffer->data;
  gsize length = self->buffer->len, skipped = 0;
  const char *bare = self->delimiter + 2;
  const char *found = memmem (data, length, bare, self->delimiter_length - 2);

  *more = found != NULL;
  if (found != NULL) {
    self->state = STATE_BOUNDARY;
    return (gsize) (found - data) + self->delimiter_length - 2;
  }

  if (length >= self->delimiter_length)
    skipped = length - self->delimiter_length + 1;

  return skipped;
}

static gsize
read_after_boundary (PegMultipart  *self,
                     gboolean      *more,
                     GError       **error)
{
  const char *data = (const char *) self->buffer->data;
  gsize length = self->buffer->len, used = 0;

  *more = FALSE;

  if (length >= 2 && data[0] == '-' && data[1] == '-') {
    self->state = STATE_END;
    return length;
  }

  /* Blanks may stand between a boundary and its line break. */
  while (used < length && used < MAX_HEADER && (data[used] == ' ' || data[used] == '\t'))
    used++;

  if (length - used == 0 || (length - used == 1 && (data[used] == '\r' || data[used] == '-')))
    return 0;

  if (data[used] != '\r' || data[used + 1] != '\n') {
    g_set_error_literal (error, PEG_MULTIPART_ERROR, PEG_MULTIPART_ERROR_SYNTAX,
                         "A boundary of the form is damaged");
    return 0;
  }

  if (++self->n_parts > MAX_PARTS) {
    g_set_error_literal (error, PEG_MULTIPART_ERROR, PEG_MULTIPART_ERROR_TOO_BIG,
                         "The form has too many parts");
    return 0;
  }

  self->state = STATE_HEADER;
  *more = TRUE;

  return used + 2;
}

static gsize
read_header (PegMultipart  *self,
             gboolean      *more,
             GError       **error)
{
  const char *data = (const char *) self->buffer->data;
  gsize length = self->buffer->len, used;
  const char *end = memmem (data, length, "\r\n\r\n", 4);
  g_autofree char *headers = NULL;

  *more = FALSE;

  if (end == NULL) {
    if (length > MAX_HEADER)
      g_set_error_literal (error, PEG_MULTIPART_ERROR, PEG_MULTIPART_ERROR_TOO_BIG,
                           "The header of a part of the form is too long");
    return 0;
  }

  headers = g_strndup (data, (gsize) (end - data));
  used = (gsize) (end - data) + 4;
  *more = read_headers (self, headers, error);

  return used;
}

/**
 * peg_multipart_new:
 * @content_type: the `Content-Type` of the body
 * @file_func: (scope notified): takes the bytes of the file
 * @user_data: data for @file_func
 * @error: return location for an error of %PEG_MULTIPART_ERROR
 *
 * Returns: (transfer full) (nullable): a reader for one body
 */
PegMultipart *
peg_multipart_new (const char            *content_type,
                   PegMultipartFileFunc   file_func,
                   gpointer               user_data,
                   GError               **error)
{
  g_autofree char *boundary = NULL;
  PegMultipart *self;
  gsize length;

  g_return_val_if_fail (file_func != NULL, NULL);

  if (content_type != NULL &&
      g_ascii_strncasecmp (content_type, "multipart/form-data", 19) == 0)
    boundary = dup_parameter (content_type + 19, "boundary");
  length = boundary != NULL ? strlen (boundary) : 0;

  if (length == 0 || length > MAX_BOUNDARY) {
    g_set_error_literal (error, PEG_MULTIPART_ERROR, PEG_MULTIPART_ERROR_TYPE,
                         "The upload is not multipart/form-data with a boundary");
    return NULL;
  }

  self = g_new0 (PegMultipart, 1);
  self->file_func = file_func;
  self->user_data = user_data;
  self->delimiter = g_strconcat ("\r\n--", boundary, NULL);
  self->delimiter_length = length + 4;
  self->buffer = g_byte_array_new ();
  self->field = g_string_new (NULL);
  self->fields = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

void
peg_multipart_free (PegMultipart *self)
{
  g_byte_array_unref (self->buffer);
  g_string_free (self->field, TRUE);
  g_hash_table_unref (self->fields);
  g_free (self->delimiter);
  g_free (self->file_name);
  g_free (self->name);
  g_free (self);
}

static gsize
step (PegMultipart  *self,
      gboolean      *more,
      GError       **error)
{
  switch (self->state) {
  case STATE_PREAMBLE:
    return read_preamble (self, more);
  case STATE_BOUNDARY:
    return read_after_boundary (self, more, error);
  case STATE_HEADER:
    return read_header (self, more, error);
  case STATE_FIELD:
  case STATE_FILE:
    return read_body (self, more, error);
  case STATE_END:
    *more = FALSE;
    return self->buffer->len;
  default:
    g_assert_not_reached ();
  }
}

/**
 * peg_multipart_feed:
 * @self: a reader
 * @data: the next bytes of the body
 * @length: how many
 * @error: return location for an error of %PEG_MULTIPART_ERROR, or of the
 *   function that takes the file
 *
 * Takes the next bytes. After an error the reader must not be used any more.
 *
 * Returns: whether the body is well-formed so far
 */
gboolean
peg_multipart_feed (PegMultipart  *self,
                    const char    *data,
                    gsize          length,
                    GError       **error)
{
  g_autoptr (GError) own_error = NULL;
  gboolean more = TRUE;

  g_return_val_if_fail (self != NULL, FALSE);

  if (length == 0)
    return TRUE;

  g_byte_array_append (self->buffer, (const guint8 *) data, (guint) length);

  while (more && own_error == NULL) {
    gsize used = step (self, &more, &own_error);

    if (used > 0)
      g_byte_array_remove_range (self->buffer, 0, (guint) used);
  }

  if (own_error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&own_error));

  return FALSE;
}

/**
 * peg_multipart_end:
 * @self: a reader
 * @error: return location for an error of %PEG_MULTIPART_ERROR
 *
 * Tells the reader that the body is over.
 *
 * Returns: whether it was complete, which means that its last boundary came
 */
gboolean
peg_multipart_end (PegMultipart  *self,
                   GError       **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->state == STATE_END)
    return TRUE;

  g_set_error_literal (error, PEG_MULTIPART_ERROR, PEG_MULTIPART_ERROR_SYNTAX,
                       "The upload ended before it was complete");

  return FALSE;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (a, b);
}

/**
 * peg_multipart_sum_fields:
 * @self: a reader
 * @checksum: a checksum; it goes on over the plain fields and the name of the
 *   file, in an order of their own
 */
void
peg_multipart_sum_fields (PegMultipart *self,
                          GChecksum    *checksum)
{
  g_autoptr (GList) names = NULL;
  const char *file_name;

  g_return_if_fail (self != NULL);
  g_return_if_fail (checksum != NULL);

  names = g_list_sort (g_hash_table_get_keys (self->fields), compare_names);
  for (GList *link = names; link != NULL; link = link->next) {
    const char *text = g_hash_table_lookup (self->fields, link->data);

    /* With their ends, so that they cannot run into each other. */
    g_checksum_update (checksum, link->data, (gssize) strlen (link->data) + 1);
    g_checksum_update (checksum, (const guchar *) text, (gssize) strlen (text) + 1);
  }

  file_name = peg_multipart_get_file_name (self);
  if (file_name != NULL)
    g_checksum_update (checksum, (const guchar *) file_name, (gssize) strlen (file_name));
}

/**
 * peg_multipart_get_field:
 * @self: a reader
 * @name: the name of a plain field
 *
 * Returns: (transfer none) (nullable): its text, valid UTF-8, or %NULL when it
 *   has not come
 */
const char *
peg_multipart_get_field (PegMultipart *self,
                         const char   *name)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_hash_table_lookup (self->fields, name);
}

/**
 * peg_multipart_get_file_name:
 * @self: a reader
 *
 * Returns: (transfer none) (nullable): what the client calls the file, valid
 *   UTF-8 and otherwise anything, or %NULL when no file has come
 */
const char *
peg_multipart_get_file_name (PegMultipart *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->file_name;
}
