/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "peg-snapshot.h"

G_BEGIN_DECLS

/* What state looks like to a person: words, icon names, style classes. Pure
 * functions: whoever calls them reads the clocks. */

/**
 * PegTag:
 * @PEG_TAG_FREE: an empty peg
 * @PEG_TAG_OWN: taken by the person at this client
 * @PEG_TAG_OTHER: taken by somebody else
 * @PEG_TAG_PENDING: an action is under way
 * @PEG_TAG_STALE: taken when last heard of
 * @PEG_TAG_TROUBLE: taken, and changed or deleted on disk meanwhile
 *
 * What hangs on a file's peg.
 */
typedef enum {
  PEG_TAG_FREE,
  PEG_TAG_OWN,
  PEG_TAG_OTHER,
  PEG_TAG_PENDING,
  PEG_TAG_STALE,
  PEG_TAG_TROUBLE,
} PegTag;

#define PEG_TYPE_TAG (peg_tag_get_type ())

GType peg_tag_get_type (void);

/**
 * PegDot:
 * @PEG_DOT_STOPPED: hollow ring, grey
 * @PEG_DOT_CONNECTING: ring
 * @PEG_DOT_LIVE: filled circle
 * @PEG_DOT_SLOWER: half circle
 * @PEG_DOT_WAITING: triangle
 * @PEG_DOT_OFFLINE: square
 * @PEG_DOT_KEY: key
 *
 * The shape of the status dot.
 */
typedef enum {
  PEG_DOT_STOPPED,
  PEG_DOT_CONNECTING,
  PEG_DOT_LIVE,
  PEG_DOT_SLOWER,
  PEG_DOT_WAITING,
  PEG_DOT_OFFLINE,
  PEG_DOT_KEY,
} PegDot;

#define PEG_TYPE_DOT (peg_dot_get_type ())

GType peg_dot_get_type (void);

/**
 * PegDisplayNow:
 * @mono_us: µs of the monotonic clock
 * @wall_us: µs since 1970 by this computer
 *
 * The clocks, read once for everything that is shown together.
 */
typedef struct {
  gint64 mono_us;
  gint64 wall_us;
} PegDisplayNow;

PegTag      peg_display_tag           (const PegSnapshot   *snapshot,
                                       const PegEntry      *entry);
const char *peg_display_tag_class     (PegTag               tag);
char       *peg_display_lock_words    (const PegSnapshot   *snapshot,
                                       const PegEntry      *entry,
                                       const PegDisplayNow *now) G_GNUC_WARN_UNUSED_RESULT;
char       *peg_display_lock_sentence (const PegSnapshot   *snapshot,
                                       const PegEntry      *entry,
                                       const PegDisplayNow *now) G_GNUC_WARN_UNUSED_RESULT;
char       *peg_display_revision      (const PegEntry      *entry) G_GNUC_WARN_UNUSED_RESULT;
const char *peg_display_type_icon     (const PegEntry      *entry);
char       *peg_display_row_label     (const PegSnapshot   *snapshot,
                                       const PegEntry      *entry,
                                       const PegDisplayNow *now) G_GNUC_WARN_UNUSED_RESULT;
char       *peg_display_age           (const PegSnapshot   *snapshot,
                                       const PegDisplayNow *now) G_GNUC_WARN_UNUSED_RESULT;
char       *peg_display_group_label   (const char          *name,
                                       guint                n,
                                       guint                n_out,
                                       const char          *age) G_GNUC_WARN_UNUSED_RESULT;

PegDot      peg_display_dot        (PegLinkState         state);
const char *peg_display_dot_icon   (PegDot               dot);
const char *peg_display_dot_class  (PegDot               dot);
char       *peg_display_link_words (const PegSnapshot   *snapshot,
                                    const PegDisplayNow *now) G_GNUC_WARN_UNUSED_RESULT;
char       *peg_display_link_why   (const PegSnapshot   *snapshot) G_GNUC_WARN_UNUSED_RESULT;
char       *peg_display_link_tip   (const PegSnapshot   *snapshot,
                                    const PegDisplayNow *now) G_GNUC_WARN_UNUSED_RESULT;
char       *peg_display_change     (const PegSnapshot   *snapshot,
                                    const PegDisplayNow *now) G_GNUC_WARN_UNUSED_RESULT;

/**
 * PEG_DISPLAY_BANNER_AFTER_US:
 *
 * How long the connection may be away before the banner says so, µs: a blip
 * stays silent (docs/architecture.md, “The connection”).
 */
#define PEG_DISPLAY_BANNER_AFTER_US (3 * G_USEC_PER_SEC)

/**
 * PEG_DISPLAY_BANNER_ATTEMPTS:
 *
 * After how many failed attempts the banner stops counting seconds and says
 * that it goes on trying.
 */
#define PEG_DISPLAY_BANNER_ATTEMPTS 5

char   *peg_display_banner            (const PegSnapshot   *snapshot,
                                       const PegDisplayNow *now,
                                       guint                max_attempts) G_GNUC_WARN_UNUSED_RESULT;
gint64  peg_display_banner_changes_us (const PegSnapshot   *snapshot,
                                       const PegDisplayNow *now);

const char *peg_display_work_title      (const PegWork       *work);
gboolean    peg_display_work_is_silent  (const PegWork       *work,
                                         const PegDisplayNow *now);
char       *peg_display_work_words      (const PegWork       *work,
                                         const PegDisplayNow *now) G_GNUC_WARN_UNUSED_RESULT;
gint64      peg_display_works_change_us (const PegSnapshot   *snapshot,
                                         const PegDisplayNow *now);

const char *peg_display_presence      (const PegSnapshot *snapshot,
                                       const PegEntry    *entry);
char       *peg_display_presence_sentence (const PegSnapshot *snapshot,
                                           const PegEntry    *entry) G_GNUC_WARN_UNUSED_RESULT;
char       *peg_display_present_name  (const PegSnapshot *snapshot,
                                       const char        *name) G_GNUC_WARN_UNUSED_RESULT;
char       *peg_display_present_words (const PegSnapshot *snapshot) G_GNUC_WARN_UNUSED_RESULT;

char **peg_display_link_facts  (const PegSnapshot   *snapshot,
                                const PegDisplayNow *now) G_GNUC_WARN_UNUSED_RESULT;
char  *peg_display_link_report (const PegSnapshot   *snapshot,
                                const PegDisplayNow *now) G_GNUC_WARN_UNUSED_RESULT;

char *peg_display_draft          (const PegSnapshot   *snapshot,
                                  const PegDraft      *draft,
                                  const PegDisplayNow *now) G_GNUC_WARN_UNUSED_RESULT;
char *peg_display_drafts_waiting (const PegSnapshot   *snapshot) G_GNUC_WARN_UNUSED_RESULT;

const char *peg_display_copy_words    (PegCopyState           state);
char       *peg_display_copy_sentence (const PegSnapshot     *snapshot,
                                       const PegEntry        *entry) G_GNUC_WARN_UNUSED_RESULT;
char       *peg_display_copy_question (const PegCopyQuestion *question,
                                       const PegDisplayNow   *now) G_GNUC_WARN_UNUSED_RESULT;

char *peg_display_why_not      (const PegSnapshot   *snapshot,
                                const PegEntry      *entry,
                                PegAction            action,
                                const PegDisplayNow *now) G_GNUC_WARN_UNUSED_RESULT;
char *peg_display_why_not_then (const PegSnapshot   *snapshot,
                                const PegEntry      *entry,
                                PegAction            action,
                                const char          *user) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
