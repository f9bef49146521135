/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "fake-shop"

#include "peg-config.h"

#include "fake-shop.h"

#include <string.h>

#define MINUTE_US (60 * (gint64) G_USEC_PER_SEC)

/* 20 November 2026, 09:53:20 UTC; the monotonic clock began an hour before. */
#define NOW_US (G_GINT64_CONSTANT (1795168400) * G_USEC_PER_SEC)
#define MONO_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

typedef struct {
  const char *path;
  const char *description;
  int major;
  int minor;
  const char *holder;
  const char *station;
  const char *reason;
  int minutes;         /* since the check-out */
  PegEntryFlags flags;
} FakeFile;

static const FakeFile files[] = {
  { "1234567.mcam", "BRACKET, LEFT", 1, 4, NULL, NULL, NULL, 0, 0 },
  { "VF-4/1234567_AB12.nc", "BRACKET, LEFT, OP20", 2, 1, "Dana", "VF-4", "Op20 chamfer", 192, 0 },
  { "VF-4/1234567_C1.nc", "BRACKET, LEFT, OP30", 1, 0, "Lena", "Office", "New insert for the finishing pass", 12, 0 },
  { "1234567_SETUP.txt", "Setup sheet, vise 2, soft jaws 14", 1, 1, NULL, NULL, NULL, 0, 0 },
  { "VF-4/1234568_AB12.nc", "BRACKET, RIGHT, OP20", 2, 0, NULL, NULL, NULL, 0, 0 },
  { "MILL-840D/1210044.mpf", "HOUSING COVER", 3, 10, NULL, NULL, NULL, 0, 0 },
  { "MILL-840D/1210044_A2.mpf", "HOUSING COVER, SIDE 2", 3, 2, "Marek Nowak", "MILL-840D", NULL, 1517, 0 },
  { "DMU-50/1298765.h", "IMPELLER, 5 AXIS", 4, 0, NULL, NULL, NULL, 0, 0 },
  { "DMU-50/1298765_F2.h", "IMPELLER, FINISH", 4, 7, NULL, NULL, NULL, 0, 0 },
  { "1277003_T1.nc", "SPACER 12 MM", 1, 0, NULL, NULL, NULL, 0, 0 },
  { "1277003_T2.nc", "SPACER 12 MM, SIDE 2", 1, 0, NULL, NULL, NULL, 0, 0 },
  { "LB3000/4201187.min", "SHAFT D40", 5, 2, "Yusuf", "LB3000", "Taper is 0.02 off", 47, 0 },
  { "LB3000/4201187_B2.min", "SHAFT D40, SIDE 2", 5, 2, NULL, NULL, NULL, 0, PEG_ENTRY_LINK },
  { "VF-4/4207731.nc", "MANIFOLD BLOCK", 2, 3, NULL, NULL, NULL, 0, 0 },
  { "MILL-840D/4207731_D4.mpf", "MANIFOLD BLOCK, D4", 2, 3, NULL, NULL, NULL, 0, 0 },
  { "DMU-50/4299100.h", "TURBINE RING", 6, 1, "Oksana", "DMU-50", "Probing cycle", 318, PEG_ENTRY_CHANGED_OUTSIDE },
  { "VF-4/5512345_A1.nc", "GEARBOX PLATE", 1, 2, NULL, NULL, NULL, 0, 0 },
  { "VF-4/5512345_A2.nc", "GEARBOX PLATE, SIDE 2", 1, 2, NULL, NULL, NULL, 0, 0 },
  { "Fixtures/O0017_FACE.nc", "FACE OFF FIXTURE PLATE", 1, 0, NULL, NULL, NULL, 0, 0 },
  { "Fixtures/O1234.nc", "SUB PLATE HOLES", 1, 3, NULL, NULL, NULL, 0, 0 },
  { FAKE_SHOP_LONG, "VACUUM PLATE 600 X 400 WITH EDGE STOPS AND SPARE SEAL GROOVES, BOTH SIDES", 1, 0, NULL, NULL, NULL, 0, 0 },
  { "Fixtures/soft jaws 6 inch.nc", "SOFT JAWS, 6 INCH", 2, 0, NULL, NULL, NULL, 0, 0 },
  { "Fixtures/TOMBSTONE_4SIDE.mpf", "TOMBSTONE, FOUR SIDES", 1, 8, "Dana", "VF-4", NULL, 9, 0 },
  { "Lathe/Düse_Ø12.nc", "DÜSE Ø12", 1, 1, NULL, NULL, NULL, 0, 0 },
  { "Lathe/FLANGE-OP10.min", "FLANGE D120", 2, 2, NULL, NULL, NULL, 0, 0 },
  { "Lathe/FLANGE-OP20.min", "FLANGE D120, SIDE 2", 2, 2, NULL, NULL, NULL, 0, 0 },
  { "Lathe/O0815.nc", "BUSHING", 1, 0, NULL, NULL, NULL, 0, 0 },
  { "Macros/O9001.nc", "WARM UP SPINDLE", 1, 4, NULL, NULL, NULL, 0, 0 },
  { "Macros/O9010_CHIP_CLEAR.nc", "CLEAR CHIPS", 1, 0, NULL, NULL, NULL, 0, 0 },
  { "Macros/THREADMILL.spf", "THREAD MILL, ANY PITCH", 3, 0, NULL, NULL, NULL, 0, 0 },
  { "Probing/O8101.nc", "PROBE BORE", 1, 2, NULL, NULL, NULL, 0, 0 },
  { "Probing/TASTER_EINMESSEN.h", "TASTER EINMESSEN", 1, 0, NULL, NULL, NULL, 0, 0 },
};

/*
 * fake_shop_now:
 *
 * The clocks of every picture and most tests.
 */
void
fake_shop_now (PegDisplayNow *now)
{
  *now = (PegDisplayNow) { .mono_us = MONO_US, .wall_us = NOW_US };
}

/*
 * fake_shop_dispatch:
 *
 * Dispatches an event that happens at fake_shop_now(), unless it says when.
 */
void
fake_shop_dispatch (PegStore *store,
                    PegEvent  event)
{
  if (event.mono_us == 0)
    event.mono_us = MONO_US;
  if (event.wall_us == 0)
    event.wall_us = NOW_US;

  peg_store_dispatch (store, &event);
}

/*
 * fake_shop_show:
 *
 * Runs the main loop until the store has shown all it was told.
 */
void
fake_shop_show (PegStore *store)
{
  g_autoptr (PegSnapshot) newest = peg_store_dup_snapshot (store);

  while (peg_store_get_shown (store) != newest)
    g_main_context_iteration (NULL, TRUE);
}

static PegEntry *
create_entry (const FakeFile *file)
{
  PegEntryFields fields = PEG_ENTRY_FIELDS_INIT;
  g_autofree char *name = g_path_get_basename (file->path);

  fields.filename = name;
  fields.path = file->path;
  fields.description = file->description;
  fields.major = file->major;
  fields.minor = file->minor;
  fields.holder = file->holder;
  fields.station = file->station;
  fields.reason = file->reason;
  fields.flags = file->flags | (file->holder != NULL ? PEG_ENTRY_LOCKED : 0);
  fields.size = 2000 + (gint64) g_str_hash (file->path) % 90000;
  fields.modified_us = NOW_US - (gint64) (g_str_hash (name) % 20000) * MINUTE_US;
  fields.sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  if ((file->flags & PEG_ENTRY_LINK) != 0)
    fields.master = "LB3000/4201187.min";
  if (file->holder != NULL) {
    fields.since_us = NOW_US - file->minutes * MINUTE_US;
    fields.last_seen_us = NOW_US - MINUTE_US;
  }

  return peg_entry_new (&fields);
}

/*
 * fake_shop_entries:
 *
 * Returns: (transfer full) (element-type PegEntry): every file of the shop
 */
GPtrArray *
fake_shop_entries (void)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    g_ptr_array_add (entries, create_entry (&files[i]));

  return entries;
}

void
fake_shop_list (PegStore  *store,
                GPtrArray *entries)
{
  fake_shop_dispatch (store, (PegEvent) {
                        .kind = PEG_EVENT_LISTED,
                        .listed = { .entries = entries, .server_us = NOW_US },
                      });
}

static void
listed (PegStore *store,
        gboolean  from_cache)
{
  g_autoptr (GPtrArray) entries = fake_shop_entries ();

  fake_shop_dispatch (store, (PegEvent) {
                        .kind = PEG_EVENT_LISTED,
                        .wall_us = from_cache ? NOW_US - 72 * MINUTE_US : NOW_US,
                        .listed = {
                          .entries = entries,
                          .server_us = from_cache ? 0 : NOW_US,
                          .from_cache = from_cache,
                        },
                      });
}

static void
link_at (PegStore      *store,
         gint64         ago_us,
         PegLinkState   state,
         PegLinkReason  reason,
         guint          attempt,
         gint64         retry_in_us)
{
  const PegLinkStatus status = {
    .state = state,
    .reason = reason,
    .attempt = attempt,
    .retry_at_us = retry_in_us != 0 ? MONO_US + retry_in_us : 0,
    .rtt_us = peg_link_state_is_live (state) ? 1800 : -1,
    .detail = reason == PEG_LINK_REASON_CERTIFICATE
                ? (char *) "Signed by: Shop North CA\nName: shop-north\nSHA-256: 9F:86:D0:81:88:4C:7D:65:9A:2F:EA:A0:C5:5A:D0:15"
                : NULL,
  };

  fake_shop_dispatch (store, (PegEvent) {
                        .kind = PEG_EVENT_LINK,
                        .mono_us = MONO_US - ago_us,
                        .wall_us = NOW_US - ago_us,
                        .link = &status,
                      });
}

void
fake_shop_link (PegStore      *store,
                PegLinkState   state,
                PegLinkReason  reason)
{
  link_at (store, 0, state, reason, 0, 0);
}

static void
hello (PegStore *store)
{
  fake_shop_dispatch (store, (PegEvent) {
                        .kind = PEG_EVENT_SERVER,
                        .server = { .url = FAKE_SHOP_URL, .user = FAKE_SHOP_USER },
                      });
  fake_shop_dispatch (store, (PegEvent) {
                        .kind = PEG_EVENT_HELLO,
                        .hello = { .name = "Shop North", .user = FAKE_SHOP_USER, .server_us = NOW_US },
                      });
}

static void
live (PegStore     *store,
      PegLinkState  state)
{
  hello (store);
  listed (store, FALSE);
  link_at (store, 80 * MINUTE_US, state, PEG_LINK_REASON_NONE, 0, 0);
}

static void
chosen (PegStore *store)
{
  fake_shop_dispatch (store, (PegEvent) {
                        .kind = PEG_EVENT_SERVER,
                        .server = { .url = FAKE_SHOP_URL, .user = FAKE_SHOP_USER },
                      });
}

static void
empty (PegStore *store,
       gboolean  placeholder)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  hello (store);
  fake_shop_dispatch (store, (PegEvent) {
                        .kind = PEG_EVENT_LISTED,
                        .listed = { .entries = none, .server_us = NOW_US, .placeholder = placeholder },
                      });
  link_at (store, MINUTE_US, PEG_LINK_LIVE, PEG_LINK_REASON_NONE, 0, 0);
}

static void
bring_about (PegStore      *store,
             FakeShopState  state)
{
  const gint64 second = G_USEC_PER_SEC;

  switch (state) {
  case FAKE_SHOP_FIRST_RUN:
    break;
  case FAKE_SHOP_REFUSED:
    chosen (store);
    link_at (store, second, PEG_LINK_ACTION_NEEDED, PEG_LINK_REASON_NOT_A_SERVER, 1, 0);
    break;
  case FAKE_SHOP_CONNECTING:
    chosen (store);
    link_at (store, second, PEG_LINK_CONNECTING, PEG_LINK_REASON_NONE, 0, 0);
    break;
  case FAKE_SHOP_CONNECTING_CACHED:
    chosen (store);
    listed (store, TRUE);
    link_at (store, 5 * second, PEG_LINK_CONNECTING, PEG_LINK_REASON_NONE, 0, 0);
    break;
  case FAKE_SHOP_LIVE:
    live (store, PEG_LINK_LIVE);
    break;
  case FAKE_SHOP_SLOWER:
    live (store, PEG_LINK_POLLING);
    break;
  case FAKE_SHOP_WAITING:
    live (store, PEG_LINK_LIVE);
    link_at (store, 20 * second, PEG_LINK_WAITING, PEG_LINK_REASON_LOST, 2, 4 * second);
    break;
  case FAKE_SHOP_RETRYING:
    live (store, PEG_LINK_LIVE);
    link_at (store, 90 * second, PEG_LINK_WAITING, PEG_LINK_REASON_REFUSED, 6, 14 * second);
    break;
  case FAKE_SHOP_SUSPENDED:
    live (store, PEG_LINK_LIVE);
    link_at (store, 72 * MINUTE_US, PEG_LINK_SUSPENDED, PEG_LINK_REASON_TIMEOUT, 31, 14 * second);
    break;
  case FAKE_SHOP_STOPPED:
    live (store, PEG_LINK_LIVE);
    link_at (store, MINUTE_US, PEG_LINK_STOPPED, PEG_LINK_REASON_PERSON, 0, 0);
    break;
  case FAKE_SHOP_OFFLINE:
    chosen (store);
    link_at (store, MINUTE_US, PEG_LINK_WAITING, PEG_LINK_REASON_REFUSED, 3, 6 * second);
    break;
  case FAKE_SHOP_CERTIFICATE:
    chosen (store);
    link_at (store, MINUTE_US, PEG_LINK_ACTION_NEEDED, PEG_LINK_REASON_CERTIFICATE_ISSUER, 1, 0);
    break;
  case FAKE_SHOP_SIGN_IN:
    chosen (store);
    link_at (store, MINUTE_US, PEG_LINK_ACTION_NEEDED, PEG_LINK_REASON_SIGN_IN, 1, 0);
    break;
  case FAKE_SHOP_SIGN_IN_CACHED:
    live (store, PEG_LINK_LIVE);
    link_at (store, MINUTE_US, PEG_LINK_ACTION_NEEDED, PEG_LINK_REASON_SIGN_IN, 1, 0);
    break;
  case FAKE_SHOP_NOT_SET_UP:
    empty (store, TRUE);
    break;
  case FAKE_SHOP_EMPTY:
    empty (store, FALSE);
    break;
  case FAKE_SHOP_N_STATES:
  default:
    g_assert_not_reached ();
  }
}

/*
 * fake_shop_new:
 *
 * Returns: (transfer full): a store that shows the shop in @state
 */
PegStore *
fake_shop_new (FakeShopState state)
{
  PegStore *store = peg_store_new ();

  bring_about (store, state);
  fake_shop_show (store);

  return store;
}

const char *
fake_shop_state_name (FakeShopState state)
{
  static const char * const names[] = {
    "first-run", "refused", "connecting", "connecting-cached", "live", "slower", "waiting",
    "retrying", "suspended", "stopped", "offline", "certificate", "sign-in", "sign-in-cached",
    "not-set-up", "empty",
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (names) == FAKE_SHOP_N_STATES);

  return names[state];
}

/*
 * fake_shop_change:
 *
 * The server says that one file is as @fields say.
 */
void
fake_shop_change (PegStore             *store,
                  const PegEntryFields *fields)
{
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_entry_unref);

  g_ptr_array_add (changed, peg_entry_new (fields));
  fake_shop_dispatch (store, (PegEvent) {
                        .kind = PEG_EVENT_CHANGED,
                        .changed = { .changed = changed, .server_us = NOW_US },
                      });
}

void
fake_shop_remove (PegStore   *store,
                  const char *key)
{
  const char *removed[] = { key, NULL };
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  fake_shop_dispatch (store, (PegEvent) {
                        .kind = PEG_EVENT_CHANGED,
                        .changed = { .changed = none, .removed = removed, .server_us = NOW_US },
                      });
}

void
fake_shop_pending (PegStore   *store,
                   const char *key,
                   PegAction   action)
{
  fake_shop_dispatch (store, (PegEvent) {
                        .kind = PEG_EVENT_PENDING,
                        .pending = { .key = key, .action = action },
                      });
}

/* Somebody has it from now on. */
void
fake_shop_take (PegStore   *store,
                const char *key,
                const char *holder)
{
  PegEntryFields fields;
  g_autoptr (PegSnapshot) snapshot = peg_store_dup_snapshot (store);

  peg_entry_get_fields (peg_snapshot_find (snapshot, key), &fields);
  fields.holder = holder;
  fields.flags |= PEG_ENTRY_LOCKED;
  fake_shop_change (store, &fields);
}

/* Check-ins that the server does not have, one of each kind. */
void
fake_shop_add_drafts (PegStore *store)
{
  g_autoptr (GPtrArray) drafts = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_draft_unref);
  PegDisplayNow now;

  fake_shop_now (&now);
  g_ptr_array_add (drafts, peg_draft_new (&(PegDraft) {
    .id = (char *) FAKE_SHOP_DRAFT_REFUSED,
    .action = PEG_ACTION_CHECK_IN,
    .state = PEG_DRAFT_CONFLICT,
    .key = (char *) FAKE_SHOP_OTHER,
    .filename = (char *) "1234567_AB12.nc",
    .comment = (char *) FAKE_SHOP_DRAFT_NAME,
    .why = (char *) "“1234567_AB12.nc” is not checked out to you any more. Your copy was not sent; it is kept under “Unsent Work”.",
    .created_us = now.wall_us - 40 * 60 * (gint64) G_USEC_PER_SEC,
    .size = 5120,
  }));
  g_ptr_array_add (drafts, peg_draft_new (&(PegDraft) {
    .id = (char *) FAKE_SHOP_DRAFT_UNCERTAIN,
    .action = PEG_ACTION_CHECK_IN,
    .state = PEG_DRAFT_UNCERTAIN,
    .key = (char *) FAKE_SHOP_OWN,
    .filename = (char *) "1234567_C1.nc",
    .created_us = now.wall_us - 20 * 60 * (gint64) G_USEC_PER_SEC,
    .sent_us = now.wall_us - 20 * 60 * (gint64) G_USEC_PER_SEC,
    .size = 4096,
  }));
  g_ptr_array_add (drafts, peg_draft_new (&(PegDraft) {
    .id = (char *) FAKE_SHOP_DRAFT_WAITING,
    .action = PEG_ACTION_CHECK_IN,
    .state = PEG_DRAFT_QUEUED,
    .key = (char *) FAKE_SHOP_LONG,
    .filename = strrchr (FAKE_SHOP_LONG, '/') + 1,
    .comment = (char *) "Seals",
    .created_us = now.wall_us - 60 * (gint64) G_USEC_PER_SEC,
    .size = 4096,
  }));
  fake_shop_dispatch (store, (PegEvent) { .kind = PEG_EVENT_OUTBOX, .outbox = drafts });
}

void
fake_shop_notice (PegStore       *store,
                  PegNoticeLevel  level,
                  const char     *text,
                  const char     *detail)
{
  g_autoptr (PegNotice) notice = peg_notice_new (&(PegNotice) {
    .level = level,
    .text = (char *) text,
    .detail = (char *) detail,
  });

  fake_shop_dispatch (store, (PegEvent) { .kind = PEG_EVENT_NOTICE, .notice = notice });
}

void
fake_shop_add_notes (PegStore *store)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func ((GDestroyNotify) peg_note_unref);

  g_ptr_array_add (notes, peg_note_new (&(PegNote) {
    .id = (char *) "n1",
    .sender = (char *) "Dana",
    .text = (char *) "I need 1234567_C1 at noon, can you bring it back?",
    .when_us = NOW_US - 25 * MINUTE_US,
  }));
  g_ptr_array_add (notes, peg_note_new (&(PegNote) {
    .id = (char *) "n2",
    .sender = (char *) "Marek Nowak",
    .text = (char *) "Vise 2 has <new> jaws & stops.",
    .when_us = NOW_US - 190 * MINUTE_US,
  }));

  fake_shop_dispatch (store, (PegEvent) { .kind = PEG_EVENT_NOTES, .notes = notes });
}

/* Work on the server: one that says how long still, one that does not, and one of
 * which nothing was heard for a while. */
void
fake_shop_add_works (PegStore *store)
{
  fake_shop_dispatch (store, (PegEvent) {
                        .kind = PEG_EVENT_PROGRESS,
                        .progress = {
                          .id = "7", .file = "1234567_AB12.nc", .text = "Fetching from the archive",
                          .percent = 33.5, .eta_s = 95,
                        },
                      });
  fake_shop_dispatch (store, (PegEvent) {
                        .kind = PEG_EVENT_PROGRESS,
                        .mono_us = MONO_US - 11 * MINUTE_US,
                        .wall_us = NOW_US - 11 * MINUTE_US,
                        .progress = { .file = "O1234.nc", .percent = 80, .eta_s = -1 },
                      });
}

void
fake_shop_add_present (PegStore *store)
{
  const char *names[] = { "Lena", "Dana", "Yusuf", NULL };

  fake_shop_dispatch (store, (PegEvent) {
                        .kind = PEG_EVENT_PRESENCE,
                        .presence.all = names,
                      });
}

void
fake_shop_add_log (PegStore *store)
{
  static const char * const lines[] = {
    "2026-11-20 09:40:02 STOPPED → CONNECTING, start, attempt 0, delay 0.0 s, close code 0, round trip unknown",
    "2026-11-20 09:40:02 CONNECTING → AUTHENTICATING, opened, pegboard.1, attempt 0, delay 0.0 s, close code 0, round trip unknown",
    "2026-11-20 09:40:02 AUTHENTICATING → SYNCING, welcome, attempt 0, delay 0.0 s, close code 0, round trip unknown",
    "2026-11-20 09:40:02 SYNCING → LIVE, caught up, attempt 0, delay 0.0 s, close code 0, round trip unknown",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    fake_shop_dispatch (store, (PegEvent) {
                          .kind = PEG_EVENT_TRANSITION,
                          .transition = lines[i],
                        });
}

static void
add_revision (GPtrArray  *revisions,
              int         major,
              int         minor,
              const char *who,
              int         hours,
              const char *comment)
{
  g_autofree char *hash = g_strdup_printf ("%02d%02d9f86d081884c7d65", major, minor);

  g_ptr_array_add (revisions, peg_revision_new (&(PegRevision) {
    .hash = hash,
    .who = (char *) who,
    .comment = (char *) comment,
    .when_us = NOW_US - hours * 60 * MINUTE_US,
    .size = 18000 - minor * 220,
    .major = major,
    .minor = minor,
  }));
}

void
fake_shop_add_history (PegStore   *store,
                       const char *key)
{
  g_autoptr (GPtrArray) revisions =
    g_ptr_array_new_with_free_func ((GDestroyNotify) peg_revision_unref);

  /* An answer counts only when it was asked for. */
  fake_shop_dispatch (store, (PegEvent) {
                        .kind = PEG_EVENT_HISTORY,
                        .history = { .key = key, .state = PEG_HISTORY_LOADING },
                      });

  add_revision (revisions, 2, 1, "Dana", 4, "Chamfer 0.3 instead of 0.5");
  add_revision (revisions, 2, 0, "Lena", 120, "New stock size, soft jaws 14");
  add_revision (revisions, 1, 9, "Marek Nowak", 700, "Feed of T07 down to 380: chatter in the pocket, and the last pass is climb milling now");
  add_revision (revisions, 1, 8, "Yusuf", 1500, NULL);

  fake_shop_dispatch (store, (PegEvent) {
                        .kind = PEG_EVENT_HISTORY,
                        .history = {
                          .key = key,
                          .state = PEG_HISTORY_READY,
                          .revisions = revisions,
                        },
                      });
}
