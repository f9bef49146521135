/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "peg-config.h"

#include "peg-entry.h"
#include "peg-part.h"
#include "state-fixture.h"

static PegEntryFields
full_fields (void)
{
  return (PegEntryFields) {
    .filename = "1234567_AB12.mcam", .id = "f1", .path = "Mill/1234567_AB12.mcam",
    .group = "12XXXXX", .part = "1234567", .description = "BRACKET OP2", .master = NULL,
    .holder = "Dana", .station = "VF-4", .reason = "Op20 chamfer", .lock_id = "l1",
    .sha256 = "ab", .since_us = 11, .last_seen_us = 12, .modified_us = 13, .size = 14,
    .version = 15, .token = 16, .major = 2, .minor = 1, .flags = PEG_ENTRY_LOCKED,
  };
}

static void
test_fields (void)
{
  const PegEntryFields fields = full_fields ();
  g_autoptr (PegEntry) entry = peg_entry_new (&fields);
  g_autoptr (PegEntry) again = NULL;
  PegEntryFields back;
  int major, minor;

  peg_entry_get_fields (entry, &back);
  g_assert_cmpstr (back.filename, ==, fields.filename);
  g_assert_cmpstr (back.id, ==, fields.id);
  g_assert_cmpstr (back.path, ==, fields.path);
  g_assert_cmpstr (back.group, ==, fields.group);
  g_assert_cmpstr (back.part, ==, fields.part);
  g_assert_cmpstr (back.description, ==, fields.description);
  g_assert_null (back.master);
  g_assert_cmpstr (back.holder, ==, fields.holder);
  g_assert_cmpstr (back.station, ==, fields.station);
  g_assert_cmpstr (back.reason, ==, fields.reason);
  g_assert_cmpstr (back.lock_id, ==, fields.lock_id);
  g_assert_cmpstr (back.sha256, ==, fields.sha256);
  g_assert_cmpint (back.since_us, ==, 11);
  g_assert_cmpint (back.last_seen_us, ==, 12);
  g_assert_cmpint (back.modified_us, ==, 13);
  g_assert_cmpint (back.size, ==, 14);
  g_assert_cmpuint (back.version, ==, 15);
  g_assert_cmpuint (back.token, ==, 16);
  g_assert_true (peg_entry_get_revision (entry, &major, &minor));
  g_assert_cmpint (major, ==, 2);
  g_assert_cmpint (minor, ==, 1);

  again = peg_entry_new (&back);
  g_assert_true (peg_entry_equal (entry, again));
}

static void
assert_same_fields (const PegEntryFields *a,
                    const PegEntryFields *b)
{
  g_assert_cmpstr (a->filename, ==, b->filename);
  g_assert_cmpstr (a->id, ==, b->id);
  g_assert_cmpstr (a->path, ==, b->path);
  g_assert_cmpstr (a->group, ==, b->group);
  g_assert_cmpstr (a->part, ==, b->part);
  g_assert_cmpstr (a->description, ==, b->description);
  g_assert_cmpstr (a->master, ==, b->master);
  g_assert_cmpstr (a->holder, ==, b->holder);
  g_assert_cmpstr (a->station, ==, b->station);
  g_assert_cmpstr (a->reason, ==, b->reason);
  g_assert_cmpstr (a->lock_id, ==, b->lock_id);
  g_assert_cmpstr (a->sha256, ==, b->sha256);
  g_assert_cmpint (a->since_us, ==, b->since_us);
  g_assert_cmpint (a->last_seen_us, ==, b->last_seen_us);
  g_assert_cmpint (a->modified_us, ==, b->modified_us);
  g_assert_cmpint (a->size, ==, b->size);
  g_assert_cmpuint (a->version, ==, b->version);
  g_assert_cmpuint (a->token, ==, b->token);
  g_assert_cmpint (a->major, ==, b->major);
  g_assert_cmpint (a->minor, ==, b->minor);
  g_assert_cmpint (a->flags, ==, b->flags);
}

/* An entry has many forms, so that none takes more room than it needs; whatever
 * goes into it comes out of it. */
static void
test_forms (void)
{
  const gint64 sizes[] = { -1, 0, G_MAXUINT32 - 1, G_MAXUINT32, G_GINT64_CONSTANT (1) << 52 };
  const int majors[] = { -1, 0, 254, 255, G_MAXINT };
  g_autofree char *long_text = g_strnfill (70000, 'x');

  for (guint form = 0; form < 5 * 5 * 64; form++) {
    PegEntryFields fields = full_fields ();
    PegEntryFields back;
    g_autoptr (PegEntry) entry = NULL;
    g_autoptr (PegEntry) again = NULL;

    fields.size = sizes[form % 5];
    fields.major = majors[form / 5 % 5];
    fields.minor = MIN (fields.major, 77);
    if ((form / 25 & 1) != 0)
      fields.description = long_text;
    if ((form / 25 & 2) != 0)
      fields.path = NULL;
    if ((form / 25 & 4) != 0)
      fields.filename = "other.nc";
    if ((form / 25 & 8) != 0)
      fields.sha256 = NULL;
    if ((form / 25 & 16) != 0) {
      fields.holder = fields.station = fields.reason = fields.lock_id = NULL;
      fields.since_us = fields.last_seen_us = 0;
      fields.token = 0;
    }
    if ((form / 25 & 32) != 0)
      fields.version = G_GUINT64_CONSTANT (1) << 40;

    entry = peg_entry_new (&fields);
    peg_entry_get_fields (entry, &back);
    assert_same_fields (&back, &fields);
    g_assert_cmpstr (peg_entry_get_key (entry), ==, fields.id);

    again = peg_entry_new (&back);
    g_assert_true (peg_entry_equal (entry, again));
    g_assert_cmpstr (peg_entry_get_search_text (entry), ==, peg_entry_get_search_text (again));
  }
}

/* Slices end where they say. */
static void
test_slices (void)
{
  PegEntrySlices slices = PEG_ENTRY_SLICES_INIT;
  g_autoptr (PegEntry) entry = NULL;

  slices.texts[PEG_ENTRY_TEXT_FILENAME] = (PegEntrySlice) { "O1.nc,", 5 };
  slices.texts[PEG_ENTRY_TEXT_PATH] = (PegEntrySlice) { "Mill/O1.nc,", 10 };
  slices.texts[PEG_ENTRY_TEXT_DESCRIPTION] = (PegEntrySlice) { "PLATE,", 5 };
  entry = peg_entry_new_slices (&slices);

  g_assert_cmpstr (peg_entry_get_filename (entry), ==, "O1.nc");
  g_assert_cmpstr (peg_entry_get_path (entry), ==, "Mill/O1.nc");
  g_assert_cmpstr (peg_entry_get_group (entry), ==, "Mill");
  g_assert_cmpstr (peg_entry_get_description (entry), ==, "PLATE");
  g_assert_null (peg_entry_get_part (entry));
  g_assert_cmpstr (peg_entry_get_search_text (entry), ==, "mill/o1.nc\nplate");
}

/* Every value that is shown makes a difference; each is changed alone. */
static void
test_equal (void)
{
  const PegEntryFields base = full_fields ();
  g_autoptr (PegEntry) entry = peg_entry_new (&base);
  PegEntryFields variants[20];
  gsize n = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (variants); i++)
    variants[i] = base;

  variants[n++].filename = "x";
  variants[n++].id = "x";
  variants[n++].path = "x";
  variants[n++].group = "x";
  variants[n++].part = "x";
  variants[n++].description = NULL;
  variants[n++].master = "x";
  variants[n++].holder = "Ivo";
  variants[n++].station = "x";
  variants[n++].reason = "x";
  variants[n++].lock_id = "x";
  variants[n++].sha256 = "x";
  variants[n++].since_us = 0;
  variants[n++].last_seen_us = 0;
  variants[n++].modified_us = 0;
  variants[n++].size = 0;
  variants[n++].version = 0;
  variants[n++].token = 0;
  variants[n++].minor = 2;
  variants[n++].flags |= PEG_ENTRY_CHANGED_OUTSIDE;
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (variants));

  for (gsize i = 0; i < n; i++) {
    g_autoptr (PegEntry) other = peg_entry_new (&variants[i]);

    if (peg_entry_equal (entry, other))
      g_error ("Variant %" G_GSIZE_FORMAT " makes no difference", i);
  }
}

/* Classic servers change this time for no reason. */
static void
test_modified_alone (void)
{
  PegEntryFields fields = full_fields ();
  g_autoptr (PegEntry) before = NULL;
  g_autoptr (PegEntry) after = NULL;

  fields.version = 0;
  before = peg_entry_new (&fields);
  fields.modified_us++;
  after = peg_entry_new (&fields);

  g_assert_true (peg_entry_equal (before, after));
}

static void
test_only_filename (void)
{
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
  g_autoptr (PegEntry) entry = NULL;

  fields.filename = "1234567.mcam";
  entry = peg_entry_new (&fields);

  g_assert_cmpstr (peg_entry_get_group (entry), ==, "12XXXXX");
  g_assert_cmpstr (peg_entry_get_part (entry), ==, "1234567");
  g_assert_cmpstr (peg_entry_get_key (entry), ==, "12XXXXX/1234567.mcam");
  g_assert_null (peg_entry_get_holder (entry));
  g_assert_cmpint (peg_entry_get_size (entry), ==, -1);
  g_assert_false (peg_entry_get_revision (entry, NULL, NULL));
  g_assert_false (peg_entry_is_locked (entry));
}

static const struct {
  const char *path;
  const char *group;
  const char *part;
} groups[] = {
  { "1234567.mcam", "12XXXXX", "1234567" },
  { "Mill/1234567_A1.nc", "12XXXXX", "1234567" },
  { "12345678.nc", "12XXXXX", "1234567" },
  { "123456.nc", PEG_PART_GROUP_OTHER, NULL },
  { "Lathe/O1.nc", "Lathe", NULL },
  { "Lathe/Old/O1.nc", "Lathe", NULL },
  { "plate.nc", PEG_PART_GROUP_OTHER, NULL },
  { "/plate.nc", PEG_PART_GROUP_OTHER, NULL },
};

static void
test_groups (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++) {
    g_autoptr (PegEntry) entry = fixture_entry (groups[i].path, NULL);

    g_assert_cmpstr (peg_entry_get_group (entry), ==, groups[i].group);
    g_assert_cmpstr (peg_entry_get_part (entry), ==, groups[i].part);
  }
}

static const struct {
  const char *holder;
  PegEntryFlags flags;
  const char *user;
  PegLock lock;
} locks[] = {
  { NULL, PEG_ENTRY_PLAIN, "Dana", PEG_LOCK_FREE },
  { "Dana", PEG_ENTRY_PLAIN, "Dana", PEG_LOCK_OWN },
  { "Dana", PEG_ENTRY_PLAIN, "Ivo", PEG_LOCK_OTHER },
  { "Dana", PEG_ENTRY_PLAIN, NULL, PEG_LOCK_OTHER },
  { "Dana", PEG_ENTRY_LOCKED | PEG_ENTRY_LOCKED_BY_SERVER_USER, "Ivo", PEG_LOCK_OTHER },
  { NULL, PEG_ENTRY_LOCKED, "Dana", PEG_LOCK_OTHER },
  { NULL, PEG_ENTRY_LOCKED | PEG_ENTRY_LOCKED_BY_SERVER_USER, "Dana", PEG_LOCK_OWN },
};

static void
test_locks (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (locks); i++) {
    PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
    g_autoptr (PegEntry) entry = NULL;

    fields.filename = "a";
    fields.holder = locks[i].holder;
    fields.flags = locks[i].flags;
    entry = peg_entry_new (&fields);

    g_assert_cmpint (peg_entry_get_lock (entry, locks[i].user), ==, locks[i].lock);
  }
}

/* What belongs to a check-out goes with it. */
static void
test_free_forgets (void)
{
  PegEntryFields fields = full_fields ();
  g_autoptr (PegEntry) entry = NULL;

  fields.holder = NULL;
  fields.flags = PEG_ENTRY_PLAIN;
  entry = peg_entry_new (&fields);

  g_assert_null (peg_entry_get_station (entry));
  g_assert_null (peg_entry_get_reason (entry));
  g_assert_null (peg_entry_get_lock_id (entry));
  g_assert_cmpint (peg_entry_get_since_us (entry), ==, 0);
  g_assert_cmpuint (peg_entry_get_token (entry), ==, 0);
}

static void
test_order (void)
{
  const char *sorted[] = {
    "12/1234567.nc", "12/1234567_A2.nc", "12/1234567_A10.nc", "12/1234567_a010.nc",
    "12/12345678.nc", "12/1298765.nc", "12/a.nc", "12/Ä.nc", "12/ä.nc", "12/a2.nc", "12/A10.nc",
    "12/b.nc",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sorted); i++) {
    for (gsize j = 0; j < G_N_ELEMENTS (sorted); j++) {
      g_autoptr (PegEntry) a = fixture_entry (sorted[i], NULL);
      g_autoptr (PegEntry) b = fixture_entry (sorted[j], NULL);
      const int order = peg_entry_compare (a, b);

      g_assert_cmpint (CLAMP (order, -1, 1), ==, i < j ? -1 : i > j ? 1 : 0);
    }
  }
}

/* The files of one part stay together, also when another part counts the same. */
static void
test_parts_apart (void)
{
  const char *parts[] = { "A 1", "a 01", "A 1" };
  const char *filenames[] = { "x.nc", "y.nc", "z.nc" };
  g_autoptr (PegEntry) first = NULL;
  g_autoptr (PegEntry) other = NULL;
  g_autoptr (PegEntry) last = NULL;
  PegEntry **entries[] = { &first, &other, &last };

  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++) {
    PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;

    fields.filename = filenames[i];
    fields.part = parts[i];
    *entries[i] = peg_entry_new (&fields);
  }

  g_assert_cmpint (peg_entry_compare (first, last), <, 0);
  g_assert_cmpint (peg_entry_compare (first, other) < 0, ==, peg_entry_compare (last, other) < 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/entry/fields", test_fields);
  g_test_add_func ("/entry/forms", test_forms);
  g_test_add_func ("/entry/slices", test_slices);
  g_test_add_func ("/entry/equal", test_equal);
  g_test_add_func ("/entry/modified-alone", test_modified_alone);
  g_test_add_func ("/entry/only-filename", test_only_filename);
  g_test_add_func ("/entry/groups", test_groups);
  g_test_add_func ("/entry/locks", test_locks);
  g_test_add_func ("/entry/free-forgets", test_free_forgets);
  g_test_add_func ("/entry/order", test_order);

  g_test_add_func ("/entry/parts-apart", test_parts_apart);

  return g_test_run ();
}
