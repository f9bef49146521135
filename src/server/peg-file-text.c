/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-file"

#include "peg-config.h"

#include "peg-file-text.h"

#include "peg-part.h"
#include "peg-wire-writer-private.h"

#include <string.h>

/* A FILE straight from what the server knows, without an entry between. Room for
 * the longest that it can become is made once, so that nothing that is written has
 * to be measured: 100,000 files take 40 ms (tests/bench/server). */

/* The members with their quotes, numbers and times of one FILE, bytes. It is 760 and
 * a little. */
#define FIXED_SIZE 1024

/* A control character becomes six (RFC 8259, 7). */
#define MAX_ESCAPE 6

/* The end of what is written. */
typedef char *At;

static inline At
put (At          at,
     const char *text,
     gsize       length)
{
  memcpy (at, text, length);

  return at + length;
}

#define PUT(at, literal) put (at, literal, sizeof literal - 1)

static At
put_escape (At     at,
            guchar c)
{
  static const char digits[] = "0123456789abcdef";

  switch (c) {
  case '"':
  case '\\':
    *at++ = '\\';
    *at++ = (char) c;
    break;
  case '\n':
    at = PUT (at, "\\n");
    break;
  case '\t':
    at = PUT (at, "\\t");
    break;
  default:
    at = PUT (at, "\\u00");
    *at++ = digits[c >> 4];
    *at++ = digits[c & 15];
    break;
  }

  return at;
}

static At
put_text (At          at,
          const char *text)
{
  *at++ = '"';
  for (; *text != '\0'; text++) {
    const guchar c = (guchar) *text;

    if (G_LIKELY (c >= 0x20 && c != '"' && c != '\\'))
      *at++ = (char) c;
    else
      at = put_escape (at, c);
  }
  *at++ = '"';

  return at;
}

static At
put_text_or_null (At          at,
                  const char *text)
{
  return text != NULL ? put_text (at, text) : PUT (at, "null");
}

static At
put_number (At      at,
            guint64 value)
{
  char digits[20];
  gsize n = sizeof digits;

  do {
    digits[--n] = (char) ('0' + value % 10);
    value /= 10;
  } while (value > 0);

  return put (at, digits + n, sizeof digits - n);
}

/* The form that every server of the field reads, and where it is short without
 * what says nothing: zeros of the fraction, and `Z` for the zone. */
static At
put_time (At          at,
          gint64      time_us,
          PegFileForm form)
{
  char text[PEG_WIRE_TIME_LENGTH + 1];
  gsize length = PEG_WIRE_TIME_LENGTH;

  if (time_us == 0)
    return PUT (at, "null");

  peg_wire_write_time (time_us, text);
  if (form == PEG_FILE_SHORT) {
    length -= strlen ("+00:00");
    while (text[length - 1] == '0')
      length--;
    if (text[length - 1] == '.')
      length--;
    text[length++] = 'Z';
  }

  *at++ = '"';
  at = put (at, text, length);
  *at++ = '"';

  return at;
}

static At
put_revision (At             at,
              const PegFile *file)
{
  *at++ = '"';
  at = put_number (at, (guint64) file->major);
  *at++ = '.';
  at = put_number (at, (guint64) MAX (file->minor, 0));
  *at++ = '"';

  return at;
}

static At
put_id (At             at,
        const PegFile *file,
        const char    *prefix)
{
  char digits[17];
  guint64 row = (guint64) file->id;
  gsize n = sizeof digits;

  do {
    digits[--n] = "0123456789abcdef"[row & 15];
    row >>= 4;
  } while (row > 0);

  *at++ = '"';
  at = put (at, prefix, strlen (prefix));
  *at++ = '-';
  at = put (at, digits + n, sizeof digits - n);
  *at++ = '"';

  return at;
}

/* What cannot be empty is there in every form. */
static const char *
or_null (const char *text)
{
  return text != NULL && text[0] != '\0' ? text : NULL;
}

static At
put_lock (At             at,
          const PegHold *hold)
{
  at = PUT (at, ",\"lock\":{\"id\":");
  at = put_text_or_null (at, hold->id);
  at = PUT (at, ",\"token\":");
  at = put_number (at, hold->token);
  at = PUT (at, ",\"by\":");
  at = put_text_or_null (at, hold->holder);
  at = PUT (at, ",\"station\":");
  at = put_text_or_null (at, hold->station);
  at = PUT (at, ",\"since\":");
  at = put_time (at, hold->since_us, PEG_FILE_LONG);
  at = PUT (at, ",\"message\":");
  at = put_text_or_null (at, hold->reason);

  return PUT (at, ",\"last_seen\":null}");
}

static At
put_short_lock (At             at,
                const PegHold *hold)
{
  at = PUT (at, ",\"lock\":{\"id\":");
  at = put_text_or_null (at, hold->id);
  at = PUT (at, ",\"token\":");
  at = put_number (at, hold->token);
  at = PUT (at, ",\"by\":");
  at = put_text_or_null (at, hold->holder);
  if (or_null (hold->station) != NULL) {
    at = PUT (at, ",\"station\":");
    at = put_text (at, hold->station);
  }
  if (hold->since_us != 0) {
    at = PUT (at, ",\"since\":");
    at = put_time (at, hold->since_us, PEG_FILE_SHORT);
  }
  if (or_null (hold->reason) != NULL) {
    at = PUT (at, ",\"message\":");
    at = put_text (at, hold->reason);
  }
  *at++ = '}';
  if (hold->changed_outside)
    at = PUT (at, ",\"changed_outside\":true");
  if (hold->missing)
    at = PUT (at, ",\"missing\":true");

  return at;
}

static At
put_short (At             at,
           const PegFile *file,
           const char    *prefix)
{
  at = PUT (at, "{\"filename\":");
  at = put_text (at, file->filename);
  at = PUT (at, ",\"path\":");
  at = put_text (at, file->path);
  at = PUT (at, ",\"id\":");
  at = put_id (at, file, prefix);
  at = PUT (at, ",\"version\":");
  at = put_number (at, file->version);
  if (file->size >= 0) {
    at = PUT (at, ",\"size\":");
    at = put_number (at, (guint64) file->size);
  }
  if (file->mtime_ns / 1000 != 0) {
    at = PUT (at, ",\"modified_at\":");
    at = put_time (at, file->mtime_ns / 1000, PEG_FILE_SHORT);
  }
  if (or_null (file->description) != NULL) {
    at = PUT (at, ",\"description\":");
    at = put_text (at, file->description);
  }
  if (file->major >= 0) {
    at = PUT (at, ",\"revision\":");
    at = put_revision (at, file);
  }
  if (file->master != NULL) {
    at = PUT (at, ",\"is_link\":true,\"master_file\":");
    at = put_text (at, file->master);
  }
  if (file->sha256 != NULL) {
    at = PUT (at, ",\"sha256\":");
    at = put_text (at, file->sha256);
  }
  if (file->hold != NULL)
    at = put_short_lock (at, file->hold);
  *at++ = '}';

  return at;
}

/* What every server of the field says. */
static At
put_classic (At             at,
             const PegFile *file)
{
  const PegHold *hold = file->hold;

  at = PUT (at, "{\"filename\":");
  at = put_text (at, file->filename);
  at = PUT (at, ",\"path\":");
  at = put_text (at, file->path);
  at = hold != NULL ? PUT (at, ",\"status\":\"locked\",\"locked_by\":")
                    : PUT (at, ",\"status\":\"unlocked\",\"locked_by\":");
  at = put_text_or_null (at, hold != NULL ? hold->holder : NULL);
  at = PUT (at, ",\"locked_at\":");
  at = put_time (at, hold != NULL ? hold->since_us : 0, PEG_FILE_CLASSIC);
  at = PUT (at, ",\"checkout_message\":");
  at = put_text (at, hold != NULL && hold->reason != NULL ? hold->reason : "");
  at = PUT (at, ",\"size\":");
  at = file->size >= 0 ? put_number (at, (guint64) file->size) : PUT (at, "null");
  at = PUT (at, ",\"modified_at\":");
  at = put_time (at, file->mtime_ns / 1000, PEG_FILE_CLASSIC);
  at = PUT (at, ",\"description\":");
  at = put_text_or_null (at, file->description);
  at = PUT (at, ",\"revision\":");
  at = file->major >= 0 ? put_revision (at, file) : PUT (at, "null");
  at = file->master != NULL ? PUT (at, ",\"is_link\":true,\"master_file\":")
                            : PUT (at, ",\"is_link\":false,\"master_file\":");

  return put_text_or_null (at, file->master);
}

static At
put_long (At             at,
          const PegFile *file,
          const char    *group,
          const char    *prefix,
          PegFileForm    form)
{
  at = put_classic (at, file);
  at = PUT (at, ",\"group\":");
  at = put_text (at, group);
  if (peg_part_starts_with_number (file->filename)) {
    at = PUT (at, ",\"subgroup\":\"");
    at = put (at, file->filename, PEG_PART_DIGITS);
    *at++ = '"';
  } else {
    at = PUT (at, ",\"subgroup\":null");
  }

  if (form == PEG_FILE_LONG) {
    at = PUT (at, ",\"id\":");
    at = put_id (at, file, prefix);
    at = PUT (at, ",\"version\":");
    at = put_number (at, file->version);
    at = PUT (at, ",\"sha256\":");
    at = put_text_or_null (at, file->sha256);
    at = file->hold != NULL ? put_lock (at, file->hold) : PUT (at, ",\"lock\":null");
    at = file->hold != NULL && file->hold->changed_outside ? PUT (at, ",\"changed_outside\":true")
                                                           : PUT (at, ",\"changed_outside\":false");
    at = file->hold != NULL && file->hold->missing ? PUT (at, ",\"missing\":true")
                                                   : PUT (at, ",\"missing\":false");
  }
  *at++ = '}';

  return at;
}

static gsize
length_of (const char *text)
{
  return text != NULL ? strlen (text) : 0;
}

/* The longest that a file may become. Its path may be there three times, with the
 * name and the group that are parts of it; the holder twice, and the reason. */
static gsize
estimate (const PegFile *file,
          const char    *prefix)
{
  gsize length = 3 * length_of (file->path) + length_of (file->description) +
                 length_of (file->master) + length_of (file->sha256) + strlen (prefix);

  if (file->hold != NULL)
    length += length_of (file->hold->id) + 2 * length_of (file->hold->holder) +
              length_of (file->hold->station) + 2 * length_of (file->hold->reason);

  return MAX_ESCAPE * length + FIXED_SIZE;
}

/**
 * peg_file_write:
 * @self: a file with a row in the ledger
 * @prefix: what the ids of this ledger begin with
 * @form: which members it has
 * @out: a text; the file is written behind it
 *
 * Writes a file for the wire. In the classic and in the long form it is, to the
 * byte, what peg_wire_encode() makes of its entry.
 */
void
peg_file_write (const PegFile *self,
                const char    *prefix,
                PegFileForm    form,
                GString       *out)
{
  gsize before = out->len;
  char *begin, *end;

  g_return_if_fail (self != NULL);

  /* Grows by half at least, and is cut to what was used. */
  g_string_set_size (out, before + estimate (self, prefix));
  begin = out->str + before;
  if (form == PEG_FILE_SHORT) {
    end = put_short (begin, self, prefix);
  } else {
    g_autofree char *group = peg_part_group (self->path);

    end = put_long (begin, self, group, prefix, form);
  }
  g_string_truncate (out, before + (gsize) (end - begin));
}
