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
    "12/1234567.nc", "12/1234567_A2.nc", "12/1234567_A10.nc", "12/1298765.nc", "12/a.nc",
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

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/entry/fields", test_fields);
  g_test_add_func ("/entry/equal", test_equal);
  g_test_add_func ("/entry/modified-alone", test_modified_alone);
  g_test_add_func ("/entry/only-filename", test_only_filename);
  g_test_add_func ("/entry/groups", test_groups);
  g_test_add_func ("/entry/locks", test_locks);
  g_test_add_func ("/entry/free-forgets", test_free_forgets);
  g_test_add_func ("/entry/order", test_order);

  return g_test_run ();
}
