/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "peg-wire-list"

#include "peg-config.h"

#include "peg-wire-list-text-private.h"

#include <string.h>

/* How the text of a list is taken apart: names and values as a whole, and what is
 * wrong with it. What they mean is up to the steps. */

/*
 * peg_wire_list_fail_at:
 *
 * Gives up, and says where.
 */
PegWireStep
peg_wire_list_fail_at (PegWireListReader     *self,
                       const PegWireListText *text,
                       PegWireError           code,
                       const char            *problem)
{
  peg_wire_set_syntax_error (&self->error, code, problem,
                             self->offset + (gsize) (text->at - text->begin));

  return PEG_WIRE_STEP_FAILED;
}

/**
 * peg_wire_list_set_too_big:
 * @self: a reader
 * @problem: what there is too much of
 *
 * Gives up.
 */
void
peg_wire_list_set_too_big (PegWireListReader *self,
                           const char        *problem)
{
  g_set_error_literal (&self->error, PEG_WIRE_ERROR, PEG_WIRE_ERROR_TOO_BIG, problem);
}

/*
 * peg_wire_list_fail_too_big:
 *
 * Gives up, as a step.
 */
PegWireStep
peg_wire_list_fail_too_big (PegWireListReader *self,
                            const char        *problem)
{
  peg_wire_list_set_too_big (self, problem);

  return PEG_WIRE_STEP_FAILED;
}

static gsize
get_depth (const PegWireListReader *self)
{
  const gsize top = self->form == PEG_WIRE_LIST_MESSAGE ? 1 : 0;

  if (self->state >= PEG_WIRE_LIST_FILE_FIRST)
    return top + 2;
  if (self->state >= PEG_WIRE_LIST_GROUP_FIRST)
    return top + 1;

  return self->state == PEG_WIRE_LIST_BEGIN ? 0 : 1;
}

/*
 * peg_wire_list_take_part:
 *
 * Takes a whole part of the text, whatever it is.
 */
PegWireStep
peg_wire_list_take_part (PegWireListReader *self,
                         PegWireListText   *text,
                         PegWireScanPart    part,
                         PegEntrySlice     *taken)
{
  gsize used;

  peg_wire_list_skip_space (text);

  switch (peg_wire_scan_part (part, text->at, (gsize) (text->end - text->at), text->is_last,
                              self->offset + (gsize) (text->at - text->begin), get_depth (self),
                              &used, &self->error)) {
  case PEG_WIRE_SCAN_MORE:
    return PEG_WIRE_STEP_MORE;
  case PEG_WIRE_SCAN_WRONG:
    return PEG_WIRE_STEP_FAILED;
  case PEG_WIRE_SCAN_WHOLE:
  default:
    break;
  }

  if (used > self->max_record)
    return peg_wire_list_fail_too_big (self, PEG_WIRE_LIST_LONG_PART);
  if (!g_utf8_validate_len (text->at, used, NULL)) {
    peg_wire_set_not_utf8 (&self->error);
    return PEG_WIRE_STEP_FAILED;
  }

  *taken = (PegEntrySlice) { text->at, used };
  text->at += used;

  return PEG_WIRE_STEP_DONE;
}

/*
 * peg_wire_list_parse_part:
 *
 * Lets json-glib read a part that is known to be JSON.
 *
 * Returns: (transfer full) (nullable): an array with the value in it
 */
JsonNode *
peg_wire_list_parse_part (const PegEntrySlice  *part,
                          GError              **error)
{
  g_autoptr (GString) array = g_string_sized_new (part->length + 2);

  g_string_append_c (array, '[');
  g_string_append_len (array, part->text, (gssize) part->length);
  g_string_append_c (array, ']');

  return peg_wire_json_parse (array->str, array->len, G_MAXSIZE, error);
}

/*
 * peg_wire_list_take_name:
 * @name: (out) (transfer full): without its quotation marks and escapes
 *
 * Takes the name of a member, and its colon.
 */
PegWireStep
peg_wire_list_take_name (PegWireListReader  *self,
                         PegWireListText    *text,
                         char              **name)
{
  PegEntrySlice part;
  g_autoptr (JsonNode) array = NULL;
  const PegWireStep taken = peg_wire_list_take_part (self, text, PEG_WIRE_SCAN_NAME, &part);

  if (taken != PEG_WIRE_STEP_DONE)
    return taken;

  /* Behind it are the colon, and perhaps space. */
  while (part.text[part.length - 1] != '"')
    part.length--;

  if (memchr (part.text, '\\', part.length) == NULL) {
    *name = g_strndup (part.text + 1, part.length - 2);
    return PEG_WIRE_STEP_DONE;
  }

  array = peg_wire_list_parse_part (&part, &self->error);
  if (array == NULL)
    return PEG_WIRE_STEP_FAILED;

  *name = g_strdup (json_array_get_string_element (json_node_get_array (array), 0));

  return PEG_WIRE_STEP_DONE;
}

/*
 * peg_wire_list_dup_stand_in:
 *
 * Returns: (transfer full): what stands for a value when only its kind counts
 */
char *
peg_wire_list_dup_stand_in (const PegEntrySlice *value)
{
  if (*value->text == '{')
    return g_strdup ("{}");
  if (*value->text == '[')
    return g_strdup ("[]");

  return g_strndup (value->text, value->length);
}
