/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-upload"

#include "peg-config.h"

#include "peg-upload.h"

#include <gio/gfiledescriptorbased.h>

#define ATTRIBUTES \
  G_FILE_ATTRIBUTE_STANDARD_SIZE "," \
  G_FILE_ATTRIBUTE_TIME_MODIFIED "," \
  G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC

/**
 * PegUpload:
 *
 * The body of a form with one file (`multipart/form-data`, RFC 7578), read from
 * the file while it is sent, so that its size costs no memory.
 *
 * Another program may write to the file meanwhile. What was read then is neither
 * the old nor the new content; reading ends with an error before the body is
 * complete, so that the server cannot take it for one.
 */
struct _PegUpload
{
  GInputStream parent_instance;

  GInputStream *head;     /* (owned) (not nullable) */
  GFileInputStream *file; /* (owned) (not nullable) */
  GInputStream *tail;     /* (owned) (not nullable) */
  char *name;             /* (owned): for errors */
  char *content_type;     /* (owned) */
  goffset length;         /* of the whole body */
  goffset size;           /* of the file */
  goffset left;           /* of the file */
  gint64 modified_us;
  gboolean checked;       /* the file was still the same at its end */
};

G_DEFINE_FINAL_TYPE (PegUpload, peg_upload, G_TYPE_INPUT_STREAM)

static gint64
modified_us (GFileInfo *info)
{
  return (gint64) g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED) *
           G_USEC_PER_SEC +
         g_file_info_get_attribute_uint32 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC);
}

static gssize
set_changed_error (PegUpload  *self,
                   GError    **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
               "“%s” changed while it was being sent", self->name);

  return -1;
}

static gboolean
is_unchanged (PegUpload     *self,
              GCancellable  *cancellable,
              GError       **error)
{
  g_autoptr (GFileInfo) info =
    g_file_input_stream_query_info (self->file, ATTRIBUTES, cancellable, error);

  if (info == NULL)
    return FALSE;

  if (g_file_info_get_size (info) != self->size || modified_us (info) != self->modified_us) {
    set_changed_error (self, error);
    return FALSE;
  }

  return TRUE;
}

static gssize
peg_upload_read (GInputStream  *stream,
                 void          *buffer,
                 gsize          count,
                 GCancellable  *cancellable,
                 GError       **error)
{
  PegUpload *self = PEG_UPLOAD (stream);
  gssize n;

  n = g_input_stream_read (self->head, buffer, count, cancellable, error);
  if (n != 0)
    return n;

  if (self->left > 0) {
    n = g_input_stream_read (G_INPUT_STREAM (self->file), buffer,
                             MIN (count, (gsize) self->left), cancellable, error);
    if (n == 0)
      return set_changed_error (self, error);
    if (n > 0)
      self->left -= n;
    return n;
  }

  if (!self->checked && !is_unchanged (self, cancellable, error))
    return -1;
  self->checked = TRUE;

  return g_input_stream_read (self->tail, buffer, count, cancellable, error);
}

static gboolean
peg_upload_close (GInputStream  *stream,
                  GCancellable  *cancellable,
                  GError       **error)
{
  PegUpload *self = PEG_UPLOAD (stream);

  return g_input_stream_close (G_INPUT_STREAM (self->file), cancellable, error);
}

static void
peg_upload_finalize (GObject *object)
{
  PegUpload *self = PEG_UPLOAD (object);

  g_clear_object (&self->head);
  g_clear_object (&self->file);
  g_clear_object (&self->tail);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->content_type, g_free);

  G_OBJECT_CLASS (peg_upload_parent_class)->finalize (object);
}

static void
peg_upload_class_init (PegUploadClass *klass)
{
  GInputStreamClass *stream_class = G_INPUT_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = peg_upload_finalize;
  stream_class->read_fn = peg_upload_read;
  stream_class->close_fn = peg_upload_close;
}

static void
peg_upload_init (PegUpload *self)
{
}

/* A name inside quotes, escaped as browsers do it (WHATWG HTML, “Multipart form
 * data”). */
static void
append_quoted (GString    *text,
               const char *name)
{
  for (const char *c = name; *c != '\0'; c++) {
    if (*c == '"' || *c == '\r' || *c == '\n')
      g_string_append_printf (text, "%%%02X", (guint) *c);
    else
      g_string_append_c (text, *c);
  }
}

static void
append_fields (GString              *text,
               const char           *boundary,
               const PegUploadField *fields,
               guint                 n_fields)
{
  for (guint i = 0; i < n_fields; i++)
    g_string_append_printf (text,
                            "--%s\r\n"
                            "Content-Disposition: form-data; name=\"%s\"\r\n\r\n"
                            "%s\r\n",
                            boundary, fields[i].name, fields[i].value);
}

static GInputStream *
stream_of (GString *text)
{
  g_autoptr (GBytes) bytes = g_string_free_to_bytes (text);

  return g_memory_input_stream_new_from_bytes (bytes);
}

/**
 * peg_upload_new:
 * @file: the file
 * @filename: what to call it
 * @fields: (array length=n_fields): what comes before the file
 * @n_fields: how many
 * @cancellable: (nullable): to stop
 * @error: return location
 *
 * Opens @file. This blocks, like all that has to do with files; call it from a
 * thread that may wait.
 *
 * Returns: (transfer full) (nullable): the body, as a stream
 */
PegUpload *
peg_upload_new (GFile                 *file,
                const char            *filename,
                const PegUploadField  *fields,
                guint                  n_fields,
                GCancellable          *cancellable,
                GError               **error)
{
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (GFileInfo) info = NULL;
  g_autofree char *boundary = NULL;
  g_autofree char *uuid = g_uuid_string_random ();
  GString *head, *tail;
  PegUpload *self;

  stream = g_file_read (file, cancellable, error);
  if (stream == NULL)
    return NULL;

  info = g_file_input_stream_query_info (stream, ATTRIBUTES, cancellable, error);
  if (info == NULL)
    return NULL;

  boundary = g_strdup_printf ("pegboard-%s", uuid);
  head = g_string_new (NULL);
  tail = g_string_new (NULL);

  append_fields (head, boundary, fields, n_fields);
  g_string_append_printf (head,
                          "--%s\r\n"
                          "Content-Disposition: form-data; name=\"file\"; filename=\"",
                          boundary);
  append_quoted (head, filename);
  g_string_append (head, "\"\r\nContent-Type: application/octet-stream\r\n\r\n");
  g_string_append_printf (tail, "\r\n--%s--\r\n", boundary);

  self = g_object_new (PEG_TYPE_UPLOAD, NULL);
  self->name = g_strdup (filename);
  self->content_type = g_strdup_printf ("multipart/form-data; boundary=%s", boundary);
  self->size = g_file_info_get_size (info);
  self->left = self->size;
  self->modified_us = modified_us (info);
  self->length = (goffset) head->len + self->size + (goffset) tail->len;
  self->head = stream_of (head);
  self->file = g_steal_pointer (&stream);
  self->tail = stream_of (tail);

  return self;
}

/**
 * peg_upload_get_length:
 * @self: an upload
 *
 * Returns: the length of the whole body, bytes
 */
goffset
peg_upload_get_length (PegUpload *self)
{
  g_return_val_if_fail (PEG_IS_UPLOAD (self), 0);

  return self->length;
}

/**
 * peg_upload_get_content_type:
 * @self: an upload
 *
 * Returns: (transfer none): the media type of the body, with its boundary
 */
const char *
peg_upload_get_content_type (PegUpload *self)
{
  g_return_val_if_fail (PEG_IS_UPLOAD (self), NULL);

  return self->content_type;
}

/**
 * peg_upload_get_size:
 * @self: an upload
 *
 * Returns: the length of the file, bytes
 */
goffset
peg_upload_get_size (PegUpload *self)
{
  g_return_val_if_fail (PEG_IS_UPLOAD (self), 0);

  return self->size;
}

/**
 * peg_upload_get_fd:
 * @self: an upload
 *
 * Returns: the descriptor of the file; -1: it has none
 */
int
peg_upload_get_fd (PegUpload *self)
{
  g_return_val_if_fail (PEG_IS_UPLOAD (self), -1);

  return G_IS_FILE_DESCRIPTOR_BASED (self->file)
           ? g_file_descriptor_based_get_fd (G_FILE_DESCRIPTOR_BASED (self->file)) : -1;
}

/**
 * peg_upload_make_form:
 * @fields: (array length=n_fields): what to say
 * @n_fields: how many
 * @content_type: (out) (transfer full): the media type, with its boundary
 *
 * Returns: (transfer full): a form without a file
 */
GBytes *
peg_upload_make_form (const PegUploadField  *fields,
                      guint                  n_fields,
                      char                 **content_type)
{
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *boundary = g_strdup_printf ("pegboard-%s", uuid);
  GString *text = g_string_new (NULL);

  g_return_val_if_fail (content_type != NULL, NULL);

  append_fields (text, boundary, fields, n_fields);
  g_string_append_printf (text, "--%s--\r\n", boundary);
  *content_type = g_strdup_printf ("multipart/form-data; boundary=%s", boundary);

  return g_string_free_to_bytes (text);
}
