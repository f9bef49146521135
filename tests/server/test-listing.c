/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-listing.h"
#include "peg-server-test.h"
#include "peg-wire-rest.h"
#include "peg-wire.h"

#include <string.h>

#define PREFIX "f3aff6"
#define N_CHANGES 3000

static PegHold *
make_hold (const char *reason)
{
  PegHold *hold = g_new0 (PegHold, 1);

  hold->id = g_strdup ("a7");
  hold->token = 12;
  hold->holder = g_strdup ("dana");
  hold->station = g_strdup ("VF-4");
  hold->reason = g_strdup (reason);
  hold->since_us = G_GINT64_CONSTANT (1795171322113000);

  return hold;
}

/* Everything that is known, and nothing but what must be. */
static PegFile *
make_file (gint64      row,
           const char *path,
           gboolean    full)
{
  PegFile *file = peg_file_new (path);

  file->id = row;
  file->size = 20008;
  file->mtime_ns = G_GINT64_CONSTANT (1795162540000000000);
  if (full) {
    file->description = g_strdup ("BRACKET, \"LEFT\" HAND \\ \x01\n\t Ø 12");
    file->sha256 = g_strnfill (64, 'a');
    file->version = 77;
    file->major = 1;
    file->minor = 10;
    file->mtime_ns += 120300;
    file->hold = make_hold ("new chamfer");
    file->hold->changed_outside = file->hold->missing = TRUE;
  }

  return file;
}

static char *
write_file (const PegFile *file,
            PegFileForm    form)
{
  GString *out = g_string_new ("before");

  peg_file_write (file, PREFIX, form, out);
  g_assert_true (g_str_has_prefix (out->str, "before"));
  g_string_erase (out, 0, 6);

  return g_string_free (out, FALSE);
}

/* The short form, to the letter (docs/protocol.md, “FILE”). */
static void
test_short (void)
{
  g_autoptr (PegFile) bare = make_file (62, "Fixtures/vise.nc", FALSE);
  g_autoptr (PegFile) full = make_file (255, "a/1234567_OP2.nc", TRUE);
  g_autoptr (PegFile) link = make_file (1, "x.link", FALSE);
  g_autofree char *bare_text = write_file (bare, PEG_FILE_SHORT);
  g_autofree char *full_text = write_file (full, PEG_FILE_SHORT);
  g_autofree char *link_text = NULL;

  g_assert_cmpstr (bare_text, ==,
                   "{\"filename\":\"vise.nc\",\"path\":\"Fixtures/vise.nc\",\"id\":\"f3aff6-3e\","
                   "\"version\":1,\"size\":20008,\"modified_at\":\"2026-11-20T08:15:40Z\"}");
  g_assert_cmpstr (full_text, ==,
                   "{\"filename\":\"1234567_OP2.nc\",\"path\":\"a/1234567_OP2.nc\",\"id\":\"f3aff6-ff\","
                   "\"version\":77,\"size\":20008,\"modified_at\":\"2026-11-20T08:15:40.00012Z\","
                   "\"description\":\"BRACKET, \\\"LEFT\\\" HAND \\\\ \\u0001\\n\\t Ø 12\","
                   "\"revision\":\"1.10\",\"sha256\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                   "aaaaaaaaaaaaaaaa\",\"lock\":{\"id\":\"a7\",\"token\":12,\"by\":\"dana\","
                   "\"station\":\"VF-4\",\"since\":\"2026-11-20T10:42:02.113Z\","
                   "\"message\":\"new chamfer\"},\"changed_outside\":true,\"missing\":true}");

  link->master = g_strdup ("master.nc");
  link->size = -1;
  link->mtime_ns = 0;
  link_text = write_file (link, PEG_FILE_SHORT);
  g_assert_cmpstr (link_text, ==,
                   "{\"filename\":\"x.link\",\"path\":\"x.link\",\"id\":\"f3aff6-1\",\"version\":1,"
                   "\"is_link\":true,\"master_file\":\"master.nc\"}");
}

static PegFile *
make_random (GRand  *random,
             gint64  row)
{
  static const char * const paths[] = {
    "%07d_OP%d.nc", "Fixtures/part %d-%d.nc", "a/b/%07d_%d.vnc", "ü \"quoted\" %d/%d\x7f.nc",
  };
  static const char * const texts[] = { NULL, "BRACKET", "Ø \"12\" \\ \x01\x1f\n", "x" };
  g_autofree char *path = NULL;
  PegFile *file;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  path = g_strdup_printf (paths[g_rand_int_range (random, 0, G_N_ELEMENTS (paths))],
                          g_rand_int_range (random, 0, 9999999), (int) row);
#pragma GCC diagnostic pop
  file = peg_file_new (path);
  file->id = row;
  file->size = g_rand_int_range (random, -1, G_MAXINT32);
  file->version = (guint64) g_rand_int_range (random, 1, 100);
  file->mtime_ns = g_rand_boolean (random) ? 0 : (gint64) g_rand_int (random) * G_GINT64_CONSTANT (900000123);
  file->description = g_strdup (texts[g_rand_int_range (random, 0, G_N_ELEMENTS (texts))]);
  file->major = g_rand_int_range (random, -1, 12);
  file->minor = file->major < 0 ? -1 : g_rand_int_range (random, 0, 12);
  if (g_rand_boolean (random))
    file->sha256 = g_strnfill (64, (char) ('a' + g_rand_int_range (random, 0, 6)));
  if (g_rand_int_range (random, 0, 8) == 0)
    file->master = g_strdup ("1234567.nc");
  if (g_rand_int_range (random, 0, 3) == 0) {
    file->hold = make_hold (texts[g_rand_int_range (random, 0, G_N_ELEMENTS (texts))]);
    file->hold->changed_outside = g_rand_boolean (random);
    file->hold->missing = g_rand_boolean (random);
    if (g_rand_boolean (random))
      g_clear_pointer (&file->hold->station, g_free);
  }

  return file;
}

/* What peg_wire_encode_files() makes of one file, without the group around it. */
static char *
encode (PegFile    *file,
        PegDialect  dialect)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  g_autofree char *text = NULL;
  char *begin;
  gsize length;

  g_ptr_array_add (entries, peg_file_get_entry (file, PREFIX));
  text = peg_wire_encode_files (entries, dialect, &length);
  begin = strstr (text, ":[{") + 2;

  return g_strndup (begin, length - (gsize) (begin - text) - 2);
}

static PegEntry *
decode (const char *file,
        const char *group)
{
  g_autofree char *text = g_strdup_printf ("{\"%s\":[%s]}", group, file);
  g_autoptr (GError) error = NULL;
  g_autoptr (PegWireMessage) message = peg_wire_decode_files (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_cmpuint (message->entries->len, ==, 1);

  return peg_entry_ref (g_ptr_array_index (message->entries, 0));
}

/* The classic and the long form are the ones of the encoder, to the byte; the short
 * form means the same as the long one. */
static void
test_forms (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);

  for (gint64 row = 1; row <= 2000; row++) {
    g_autoptr (PegFile) file = make_random (random, row);
    g_autofree char *classic = write_file (file, PEG_FILE_CLASSIC);
    g_autofree char *full = write_file (file, PEG_FILE_LONG);
    g_autofree char *brief = write_file (file, PEG_FILE_SHORT);
    g_autofree char *classic_reference = encode (file, PEG_DIALECT_CLASSIC);
    g_autofree char *full_reference = encode (file, PEG_DIALECT_PEGBOARD_1);
    g_autoptr (PegEntry) from_full = decode (full, "g");
    g_autoptr (PegEntry) from_brief = decode (brief, "g");

    g_assert_cmpstr (classic, ==, classic_reference);
    g_assert_cmpstr (full, ==, full_reference);
    g_assert_cmpuint (strlen (brief), <, strlen (full));
    g_assert_true (peg_entry_equal (from_full, from_brief));
  }
}

static GBytes *
join (GPtrArray *pieces)
{
  GByteArray *whole = g_byte_array_new ();

  for (guint i = 0; i < pieces->len; i++) {
    gsize length;
    const guint8 *data = g_bytes_get_data (g_ptr_array_index (pieces, i), &length);

    g_byte_array_append (whole, data, (guint) length);
  }

  return g_byte_array_free_to_bytes (whole);
}

static GBytes *
unpack (GBytes *packed)
{
  g_autoptr (GConverter) converter =
    G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  g_autoptr (GInputStream) base = g_memory_input_stream_new_from_bytes (packed);
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (base, converter);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;

  g_output_stream_splice (out, stream, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, &error);
  g_assert_no_error (error);

  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
}

static void
packed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

/* All of it is what is known, and compressed it is the same. */
static void
check (PegListing *listing,
       GHashTable *files,
       PegFileForm form)
{
  g_autoptr (GPtrArray) pieces = NULL;
  g_autoptr (GPtrArray) packed_pieces = NULL;
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GBytes) packed = NULL;
  g_autoptr (GBytes) unpacked = NULL;
  g_autoptr (PegWireMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *text;

  while (!peg_listing_write (listing, PREFIX, form, 0))
    continue;
  pieces = peg_listing_get_pieces (listing, form);
  whole = join (pieces);
  text = g_bytes_get_data (whole, &length);
  message = peg_wire_decode_files (text, length, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (message->entries->len, ==, g_hash_table_size (files));

  for (guint i = 0; i < message->entries->len; i++) {
    PegEntry *entry = g_ptr_array_index (message->entries, i);
    PegFile *file = g_hash_table_lookup (files, peg_entry_get_path (entry));
    g_autoptr (PegEntry) expected = NULL;
    g_autofree char *own = NULL;

    g_assert_nonnull (file);
    own = write_file (file, form);
    expected = decode (own, "g");
    g_assert_cmpstr (peg_entry_get_id (entry), ==, peg_entry_get_id (expected));
    g_assert_cmpuint (peg_entry_get_version (entry), ==, peg_entry_get_version (expected));
    g_assert_cmpstr (peg_entry_get_holder (entry), ==, peg_entry_get_holder (expected));
    g_assert_cmpstr (peg_entry_get_group (entry), ==,
                     peg_entry_get_group (peg_file_get_entry (file, PREFIX)));
  }

  peg_listing_pack (listing, form);
  g_assert_cmpuint (peg_listing_count_unpacked (listing, form), ==, 0);
  packed_pieces = peg_listing_get_packed_pieces (listing, form);
  packed = join (packed_pieces);
  unpacked = unpack (packed);
  g_assert_true (g_bytes_equal (whole, unpacked));
}

static void
change (PegListing *listing,
        GHashTable *files,
        GRand      *random,
        gint64      row)
{
  guint n = g_hash_table_size (files);
  GHashTableIter iter;
  gpointer value = NULL;

  g_hash_table_iter_init (&iter, files);
  for (gint i = n > 0 ? g_rand_int_range (random, 0, MIN (50, (gint) n)) + 1 : 0; i > 0; i--)
    g_hash_table_iter_next (&iter, NULL, &value);

  if (value == NULL || g_rand_int_range (random, 0, 5) < 3) {
    PegFile *file = make_random (random, row);

    if (g_hash_table_contains (files, file->path)) {
      peg_file_free (file);
      return;
    }
    g_hash_table_insert (files, file->path, file);
    peg_listing_put (listing, file);
  } else if (g_rand_boolean (random)) {
    PegFile *file = value;
    PegFile *next = make_random (random, file->id);

    /* It may come into another group. */
    if (g_hash_table_contains (files, next->path)) {
      peg_file_free (next);
      return;
    }
    g_hash_table_steal (files, file->path);
    peg_file_take (file, next);
    g_hash_table_insert (files, file->path, file);
    peg_listing_put (listing, file);
  } else {
    PegFile *file = value;

    peg_listing_remove (listing, file);
    g_hash_table_remove (files, file->path);
  }
}

static void
test_random (void)
{
  g_autoptr (GHashTable) files =
    g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) peg_file_free);
  g_autoptr (PegListing) listing = peg_listing_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  gint64 row = 1;

  check (listing, files, PEG_FILE_SHORT);
  for (; row <= N_CHANGES; row++) {
    change (listing, files, random, row);
    if (row % 300 == 0)
      check (listing, files, row % 600 == 0 ? PEG_FILE_SHORT : PEG_FILE_LONG);
  }

  /* Down to nothing again. */
  while (g_hash_table_size (files) > 0) {
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init (&iter, files);
    g_hash_table_iter_next (&iter, NULL, &value);
    peg_listing_remove (listing, value);
    g_hash_table_iter_remove (&iter);
    if (g_hash_table_size (files) % 200 == 0)
      check (listing, files, PEG_FILE_SHORT);
  }
}

/* What changes while a thread compresses it is not taken over. */
static void
test_pack (void)
{
  g_autoptr (GHashTable) files =
    g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) peg_file_free);
  g_autoptr (PegListing) listing = peg_listing_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (9);
  g_autoptr (GAsyncResult) result = NULL;
  GHashTableIter iter;
  gpointer value;

  for (gint64 row = 1; row <= 1500; row++) {
    PegFile *file = make_random (random, row);

    g_assert_true (g_hash_table_insert (files, file->path, file));
    peg_listing_put (listing, file);
  }
  while (!peg_listing_write (listing, PREFIX, PEG_FILE_SHORT, 0))
    continue;
  peg_listing_pack_async (listing, PEG_FILE_SHORT, packed_cb, &result);

  g_hash_table_iter_init (&iter, files);
  g_assert_true (g_hash_table_iter_next (&iter, NULL, &value));
  ((PegFile *) value)->version = 4711;
  g_clear_pointer (&((PegFile *) value)->entry, peg_entry_unref);
  peg_listing_put (listing, value);
  while (!peg_listing_write (listing, PREFIX, PEG_FILE_SHORT, 0))
    continue;

  peg_test_wait_until (result != NULL);
  g_assert_cmpuint (peg_listing_count_unpacked (listing, PEG_FILE_SHORT), >, 1);
  peg_listing_pack_finish (listing, result);
  g_assert_cmpuint (peg_listing_count_unpacked (listing, PEG_FILE_SHORT), ==, 1);
  check (listing, files, PEG_FILE_SHORT);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/server/listing/short", test_short);
  g_test_add_func ("/server/listing/forms", test_forms);
  g_test_add_func ("/server/listing/random", test_random);
  g_test_add_func ("/server/listing/pack", test_pack);

  return g_test_run ();
}
