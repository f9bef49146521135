/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "test-wire-bad"

#include "peg-config.h"

#include "peg-wire-rest.h"

#include "wire-fixture.h"

#include <string.h>

/* What must be refused, and what the error must say: the code, and the way to
 * the member that is wrong. */

typedef struct {
  const char *text;
  PegWireError code;
  const char *way;
} Case;

#define LIST(file) "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"A\":[" file "]}}"
#define FILE_WITH(members) LIST ("{\"filename\":\"a\"," members "}")

static const Case server_cases[] = {
  /* Not JSON, and no plain text that is known. */
  { "", PEG_WIRE_ERROR_SYNTAX, "There is nothing" },
  { " \n ", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: an end too early" },
  { "PONG", PEG_WIRE_ERROR_SYNTAX, "Neither" },
  { "ping", PEG_WIRE_ERROR_SYNTAX, "Neither" },
  { "pong\n", PEG_WIRE_ERROR_SYNTAX, "Neither" },
  { "FILE_ADDED", PEG_WIRE_ERROR_SYNTAX, "Neither" },
  { "FILE_ADDEDX:a", PEG_WIRE_ERROR_SYNTAX, "Neither" },
  { "SET_USER:dana", PEG_WIRE_ERROR_SYNTAX, "Neither" },
  { "null", PEG_WIRE_ERROR_SYNTAX, "Neither" },
  { "<html></html>", PEG_WIRE_ERROR_SYNTAX, "Neither" },
  { "pong\xff", PEG_WIRE_ERROR_SYNTAX, "Not UTF-8" },
  { "{\"type\":\"pong\",\"x\":\"\xc3\x28\"}", PEG_WIRE_ERROR_SYNTAX, "Not UTF-8" },
  { "{", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: a member without a name at byte 1" },
  { "{\"type\"", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: a member without a value at byte 7" },
  { "{\"type\":", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: an end too early at byte 8" },
  { "{\"type\":\"pong\"", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: no comma" },
  { "{\"type\":\"pong\",}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: a member without a name at byte 15" },
  { "{\"type\":\"pong\"}}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: something behind" },
  { "{\"type\":\"pong\"} {}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: something behind" },
  { "{\"type\":\"pong\" \"a\":1}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: no comma" },
  { "{\"type\":\"pong\",\"a\":[1,2}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: no comma" },
  { "{\"type\":\"pong\",\"a\":[1,]}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: something that is no number" },
  { "{\"type\":\"pong\",\"a\":[,1]}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: something that is no number" },
  { "{\"type\":\"pong\",\"a\":tru}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: something that is no value" },
  { "{\"type\":\"pong\",\"a\":NaN}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON" },
  { "{\"type\":\"pong\",\"a\":01}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: something that is no number" },
  { "{\"type\":\"pong\",\"a\":+1}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: something that is no number" },
  { "{\"type\":\"pong\",\"a\":-}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: something that is no number" },
  { "{\"type\":\"pong\",\"a\":1.}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: a number that ends" },
  { "{\"type\":\"pong\",\"a\":.5}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: something that is no number" },
  { "{\"type\":\"pong\",\"a\":1e}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: a number without its exponent" },
  { "{\"type\":\"pong\",\"a\":0x1f}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON" },
  { "{\"type\":'pong'}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON" },
  { "{type:\"pong\"}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: a member without a name" },
  { "{\"type\":\"pong\"/* no */}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: no comma" },
  { "{\"type\":\"po\nng\"}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: a control character" },
  { "{\"type\":\"pong\",\"a\x1f\":1}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: a control character" },
  { "{\"type\":\"po\\x6eng\"}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: an unknown escape" },
  { "{\"type\":\"po\\u00zz\"}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: an escape without" },
  { "{\"type\":\"pong\\u0000\"}", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: a NUL in a string" },
  { "{\"type\":\"pong", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: a string without an end" },
  { "{\"type\":\"pong\\", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON: an unknown escape" },
  { "{\"type\":\"pong\",\"a\":-9999999999999999999}", PEG_WIRE_ERROR_VALUE, "Not readable as JSON: a number that is too small" },

  /* JSON, but no message. */
  { "[]", PEG_WIRE_ERROR_TYPE, "It is not an object" },
  { "\"pong\"", PEG_WIRE_ERROR_TYPE, "It is not an object" },
  { "12", PEG_WIRE_ERROR_TYPE, "It is not an object" },
  { "{}", PEG_WIRE_ERROR_MISSING, "type is missing" },
  { "{\"type\":null}", PEG_WIRE_ERROR_MISSING, "type is missing" },
  { "{\"type\":\"\"}", PEG_WIRE_ERROR_VALUE, "type is empty" },
  { "{\"type\":1}", PEG_WIRE_ERROR_TYPE, "type is not a string" },
  { "{\"type\":[\"pong\"]}", PEG_WIRE_ERROR_TYPE, "type is not a string" },
  { "{\"type\":\"pong\",\"timestamp\":{}}", PEG_WIRE_ERROR_TYPE, "timestamp is not a time" },
  { "{\"type\":\"pong\",\"timestamp\":true}", PEG_WIRE_ERROR_TYPE, "timestamp is not a time" },

  /* The list. */
  { "{\"type\":\"FILE_LIST_UPDATED\"}", PEG_WIRE_ERROR_MISSING, "payload is missing" },
  { "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":null}", PEG_WIRE_ERROR_MISSING, "payload is missing" },
  { "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":[]}", PEG_WIRE_ERROR_TYPE, "payload is not an object" },
  { "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"12XXXXX\":{}}}", PEG_WIRE_ERROR_TYPE, "payload.\"12XXXXX\" is not an array" },
  { "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{},\"epoch\":1}", PEG_WIRE_ERROR_TYPE, "epoch is not a string" },
  { "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{},\"seq\":\"1\"}", PEG_WIRE_ERROR_TYPE, "seq is not a number" },
  { "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{},\"seq\":-1}", PEG_WIRE_ERROR_VALUE, "seq is not a whole" },
  { "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{},\"seq\":1.5}", PEG_WIRE_ERROR_VALUE, "seq is not a whole" },
  { "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{},\"seq\":9007199254740992}", PEG_WIRE_ERROR_VALUE, "seq is not a whole" },
  { "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{},\"seq\":9007199254740992.0}", PEG_WIRE_ERROR_VALUE, "seq is not a whole" },
  { "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{},\"seq\":18446744073709551617}", PEG_WIRE_ERROR_VALUE, "seq is not a whole" },
  { "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{},\"seq\":1e400}", PEG_WIRE_ERROR_VALUE, "seq is not a whole" },

  /* FILE. */
  { LIST ("null"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0] is not an object" },
  { LIST ("\"a.nc\""), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0] is not an object" },
  { LIST ("{}"), PEG_WIRE_ERROR_MISSING, "payload.\"A\"[0].filename is missing" },
  { LIST ("{\"filename\":null}"), PEG_WIRE_ERROR_MISSING, "payload.\"A\"[0].filename is missing" },
  { LIST ("{\"filename\":\"\"}"), PEG_WIRE_ERROR_VALUE, "payload.\"A\"[0].filename is empty" },
  { LIST ("{\"filename\":7}"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].filename is not a string" },
  { LIST ("{\"filename\":\"a\"},{\"filename\":\"b\"},{}"), PEG_WIRE_ERROR_MISSING, "payload.\"A\"[2].filename is missing" },
  { FILE_WITH ("\"path\":1"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].path is not a string" },
  { FILE_WITH ("\"status\":1"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].status is not a string" },
  { FILE_WITH ("\"locked_by\":{}"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].locked_by is not a string" },
  { FILE_WITH ("\"locked_at\":[]"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].locked_at is not a time" },
  { FILE_WITH ("\"checkout_message\":0"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].checkout_message is not a string" },
  { FILE_WITH ("\"size\":\"12\""), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].size is not a number" },
  { FILE_WITH ("\"size\":true"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].size is not a number" },
  { FILE_WITH ("\"size\":-1"), PEG_WIRE_ERROR_VALUE, "payload.\"A\"[0].size is not a whole" },
  { FILE_WITH ("\"size\":0.5"), PEG_WIRE_ERROR_VALUE, "payload.\"A\"[0].size is not a whole" },
  { FILE_WITH ("\"modified_at\":false"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].modified_at is not a time" },
  { FILE_WITH ("\"description\":[]"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].description is not a string" },
  { FILE_WITH ("\"revision\":{}"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].revision is not a revision" },
  { FILE_WITH ("\"revision\":true"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].revision is not a revision" },
  { FILE_WITH ("\"is_link\":1"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].is_link is neither" },
  { FILE_WITH ("\"is_link\":\"yes\""), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].is_link is neither" },
  { FILE_WITH ("\"master_file\":1"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].master_file is not a string" },
  { FILE_WITH ("\"group\":1"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].group is not a string" },
  { FILE_WITH ("\"subgroup\":1"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].subgroup is not a string" },
  { FILE_WITH ("\"id\":1"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].id is not a string" },
  { FILE_WITH ("\"version\":-1"), PEG_WIRE_ERROR_VALUE, "payload.\"A\"[0].version is not a whole" },
  { FILE_WITH ("\"sha256\":1"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].sha256 is not a string" },
  { FILE_WITH ("\"changed_outside\":1"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].changed_outside is neither" },
  { FILE_WITH ("\"missing\":1"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].missing is neither" },
  { FILE_WITH ("\"lock\":true"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].lock is not an object" },
  { FILE_WITH ("\"lock\":{\"id\":1}"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].lock.id is not a string" },
  { FILE_WITH ("\"lock\":{\"token\":-1}"), PEG_WIRE_ERROR_VALUE, "payload.\"A\"[0].lock.token is not a whole" },
  { FILE_WITH ("\"lock\":{\"token\":\"1\"}"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].lock.token is not a number" },
  { FILE_WITH ("\"lock\":{\"by\":1}"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].lock.by is not a string" },
  { FILE_WITH ("\"lock\":{\"station\":1}"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].lock.station is not a string" },
  { FILE_WITH ("\"lock\":{\"since\":{}}"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].lock.since is not a time" },
  { FILE_WITH ("\"lock\":{\"message\":1}"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].lock.message is not a string" },
  { FILE_WITH ("\"lock\":{\"last_seen\":[]}"), PEG_WIRE_ERROR_TYPE, "payload.\"A\"[0].lock.last_seen is not a time" },
  { "{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"A\":[{\"filename\":\"a\"}],\"12XXXXX\":[{\"filename\":\"a\"},{\"filename\":\"b\"},"
    "{\"filename\":\"c\"},{\"filename\":\"d\",\"size\":\"big\"}]}}",
    PEG_WIRE_ERROR_TYPE, "payload.\"12XXXXX\"[3].size is not a number" },

  /* The delta. */
  { "{\"type\":\"FILES_CHANGED\",\"changed\":{}}", PEG_WIRE_ERROR_TYPE, "changed is not an array" },
  { "{\"type\":\"FILES_CHANGED\",\"changed\":[1]}", PEG_WIRE_ERROR_TYPE, "changed[0] is not an object" },
  { "{\"type\":\"FILES_CHANGED\",\"changed\":[{\"filename\":\"a\"},{\"filename\":\"b\",\"lock\":{\"token\":1.5}}]}",
    PEG_WIRE_ERROR_VALUE, "changed[1].lock.token is not a whole" },
  { "{\"type\":\"FILES_CHANGED\",\"removed\":\"a\"}", PEG_WIRE_ERROR_TYPE, "removed is not an array" },
  { "{\"type\":\"FILES_CHANGED\",\"removed\":[\"a\",null]}", PEG_WIRE_ERROR_TYPE, "removed[1] is not a string" },
  { "{\"type\":\"FILES_CHANGED\",\"cause\":1}", PEG_WIRE_ERROR_TYPE, "cause is not a string" },
  { "{\"type\":\"FILES_CHANGED\",\"by\":1}", PEG_WIRE_ERROR_TYPE, "by is not a string" },
  { "{\"type\":\"FILES_CHANGED\",\"epoch\":\"e\",\"seq\":true}", PEG_WIRE_ERROR_TYPE, "seq is not a number" },

  /* The greeting. */
  { "{\"type\":\"hello_ok\",\"seq\":0}", PEG_WIRE_ERROR_MISSING, "epoch is missing" },
  { "{\"type\":\"hello_ok\",\"epoch\":\"\",\"seq\":0}", PEG_WIRE_ERROR_VALUE, "epoch is empty" },
  { "{\"type\":\"hello_ok\",\"epoch\":\"e\"}", PEG_WIRE_ERROR_MISSING, "seq is missing" },
  { "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":null}", PEG_WIRE_ERROR_MISSING, "seq is missing" },
  { "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":0,\"recovered\":1}", PEG_WIRE_ERROR_TYPE, "recovered is neither" },
  { "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":0,\"user\":1}", PEG_WIRE_ERROR_TYPE, "user is not a string" },
  { "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":0,\"name\":1}", PEG_WIRE_ERROR_TYPE, "name is not a string" },
  { "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":0,\"server_time\":[]}", PEG_WIRE_ERROR_TYPE, "server_time is not a time" },
  { "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":0,\"ping_ms\":-5}", PEG_WIRE_ERROR_VALUE, "ping_ms is not a whole" },
  { "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":0,\"retry_window_ms\":\"5\"}", PEG_WIRE_ERROR_TYPE, "retry_window_ms is not a number" },
  { "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":0,\"poll_ms\":0.1}", PEG_WIRE_ERROR_VALUE, "poll_ms is not a whole" },
  { "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":0,\"present\":\"kim\"}", PEG_WIRE_ERROR_TYPE, "present is not" },
  { "{\"type\":\"hello_ok\",\"epoch\":\"e\",\"seq\":0,\"present\":[\"kim\",7]}", PEG_WIRE_ERROR_TYPE, "present[1] is not a string" },

  /* The others. */
  { "{\"type\":\"pong\",\"id\":\"1\"}", PEG_WIRE_ERROR_TYPE, "id is not a number" },
  { "{\"type\":\"pong\",\"id\":-1}", PEG_WIRE_ERROR_VALUE, "id is not a whole" },
  { "{\"type\":\"NEW_MESSAGES\",\"payload\":{}}", PEG_WIRE_ERROR_TYPE, "payload is not an array" },
  { "{\"type\":\"NEW_MESSAGES\",\"payload\":[null]}", PEG_WIRE_ERROR_TYPE, "payload[0] is not an object" },
  { "{\"type\":\"NEW_MESSAGES\",\"payload\":[{\"message\":\"hi\"}]}", PEG_WIRE_ERROR_MISSING, "payload[0].id is missing" },
  { "{\"type\":\"NEW_MESSAGES\",\"payload\":[{\"id\":\"\"}]}", PEG_WIRE_ERROR_VALUE, "payload[0].id is empty" },
  { "{\"type\":\"NEW_MESSAGES\",\"payload\":[{\"id\":1},{\"id\":-1}]}", PEG_WIRE_ERROR_VALUE, "payload[1].id is out of range" },
  { "{\"type\":\"NEW_MESSAGES\",\"payload\":[{\"id\":1.5}]}", PEG_WIRE_ERROR_TYPE, "payload[0].id is not a string" },
  { "{\"type\":\"NEW_MESSAGES\",\"payload\":[{\"id\":\"1\",\"sender\":1}]}", PEG_WIRE_ERROR_TYPE, "payload[0].sender is not a string" },
  { "{\"type\":\"NEW_MESSAGES\",\"payload\":[{\"id\":\"1\",\"message\":1}]}", PEG_WIRE_ERROR_TYPE, "payload[0].message is not a string" },
  { "{\"type\":\"NEW_MESSAGES\",\"payload\":[{\"id\":\"1\",\"timestamp\":{}}]}", PEG_WIRE_ERROR_TYPE, "payload[0].timestamp is not a time" },
  { "{\"type\":\"user_connected\",\"username\":1}", PEG_WIRE_ERROR_TYPE, "username is not a string" },
  { "{\"type\":\"processing_progress\",\"current_file\":1}", PEG_WIRE_ERROR_TYPE, "current_file is not a string" },
  { "{\"type\":\"processing_progress\",\"id\":[]}", PEG_WIRE_ERROR_TYPE, "id is not a string" },
  { "{\"type\":\"processing_complete\",\"message\":1}", PEG_WIRE_ERROR_TYPE, "message is not a string" },
  { "{\"type\":\"processing_error\",\"error\":{}}", PEG_WIRE_ERROR_TYPE, "error is not a string" },
  { "{\"type\":\"notification\",\"message\":[]}", PEG_WIRE_ERROR_TYPE, "message is not a string" },
  { "{\"type\":\"notification\",\"level\":1}", PEG_WIRE_ERROR_TYPE, "level is not a string" },
  { "{\"type\":\"auth_failed\",\"message\":1}", PEG_WIRE_ERROR_TYPE, "message is not a string" },
  { "{\"type\":\"digest\",\"seq\":1}", PEG_WIRE_ERROR_MISSING, "hash is missing" },
  { "{\"type\":\"digest\",\"hash\":\"h\"}", PEG_WIRE_ERROR_MISSING, "seq is missing" },
  { "{\"type\":\"error\",\"code\":1}", PEG_WIRE_ERROR_TYPE, "code is not a string" },
  { "{\"type\":\"error\",\"message\":1}", PEG_WIRE_ERROR_TYPE, "message is not a string" },
};

static const Case client_cases[] = {
  { "", PEG_WIRE_ERROR_SYNTAX, "There is nothing" },
  { "PING", PEG_WIRE_ERROR_SYNTAX, "Neither" },
  { "pong", PEG_WIRE_ERROR_SYNTAX, "Neither" },
  { "ping ", PEG_WIRE_ERROR_SYNTAX, "Neither" },
  { "SET_USER", PEG_WIRE_ERROR_SYNTAX, "Neither" },
  { "set_user:dana", PEG_WIRE_ERROR_SYNTAX, "Neither" },
  { "REFRESH_FILES ", PEG_WIRE_ERROR_SYNTAX, "Neither" },
  { "SET_USER:\xff", PEG_WIRE_ERROR_SYNTAX, "Not UTF-8" },
  { "[{\"type\":\"ping\"}]", PEG_WIRE_ERROR_TYPE, "It is not an object" },
  { "{\"type\":false}", PEG_WIRE_ERROR_TYPE, "type is not a string" },
  { "{\"type\":\"ping\",\"id\":\"a\"}", PEG_WIRE_ERROR_TYPE, "id is not a number" },
  { "{\"type\":\"subscribe\"}", PEG_WIRE_ERROR_MISSING, "channel is missing" },
  { "{\"type\":\"subscribe\",\"channel\":1}", PEG_WIRE_ERROR_TYPE, "channel is not a string" },
  { "{\"type\":\"unsubscribe\",\"channel\":\"\"}", PEG_WIRE_ERROR_VALUE, "channel is empty" },
  { "{\"type\":\"auth\"}", PEG_WIRE_ERROR_MISSING, "token is missing" },
  { "{\"type\":\"auth\",\"token\":1}", PEG_WIRE_ERROR_TYPE, "token is not a string" },
  { "{\"type\":\"replay\"}", PEG_WIRE_ERROR_MISSING, "from is missing" },
  { "{\"type\":\"replay\",\"from\":-1}", PEG_WIRE_ERROR_VALUE, "from is not a whole" },
  { "{\"type\":\"replay\",\"from\":\"1\"}", PEG_WIRE_ERROR_TYPE, "from is not a number" },
  { "{\"type\":\"hello\",\"client\":1}", PEG_WIRE_ERROR_TYPE, "client is not a string" },
  { "{\"type\":\"hello\",\"user\":1}", PEG_WIRE_ERROR_TYPE, "user is not a string" },
  { "{\"type\":\"hello\",\"locale\":1}", PEG_WIRE_ERROR_TYPE, "locale is not a string" },
  { "{\"type\":\"hello\",\"topics\":\"a\"}", PEG_WIRE_ERROR_TYPE, "topics is not an array" },
  { "{\"type\":\"hello\",\"topics\":[\"a\",1]}", PEG_WIRE_ERROR_TYPE, "topics[1] is not a string" },
  { "{\"type\":\"hello\",\"resume\":[]}", PEG_WIRE_ERROR_TYPE, "resume is not an object" },
  { "{\"type\":\"hello\",\"resume\":{}}", PEG_WIRE_ERROR_MISSING, "resume.epoch is missing" },
  { "{\"type\":\"hello\",\"resume\":{\"epoch\":\"e\"}}", PEG_WIRE_ERROR_MISSING, "resume.seq is missing" },
  { "{\"type\":\"hello\",\"resume\":{\"epoch\":\"e\",\"seq\":1.5}}", PEG_WIRE_ERROR_VALUE, "resume.seq is not a whole" },
};

typedef PegWireMessage *(*Decode) (const char  *data,
                                   gsize        length,
                                   GError     **error);

static void
check_cases (Decode      decode,
             const Case *cases,
             guint       n_cases)
{
  for (guint i = 0; i < n_cases; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (PegWireMessage) message = decode (cases[i].text, strlen (cases[i].text), &error);

    if (message != NULL)
      g_error ("%s was taken", cases[i].text);
    wire_assert_error (error, cases[i].code, cases[i].way);

    /* Whoever does not want to know gets no more than the refusal. */
    g_assert_null (decode (cases[i].text, strlen (cases[i].text), NULL));
  }
}

static void
test_server (void)
{
  check_cases (peg_wire_decode_server, server_cases, G_N_ELEMENTS (server_cases));
}

static void
test_client (void)
{
  check_cases (peg_wire_decode_client, client_cases, G_N_ELEMENTS (client_cases));
}

static void
test_nul (void)
{
  static const char json[] = "{\"type\":\"pong\"\0}";
  static const char plain[] = "SET_USER:da\0na";
  g_autoptr (GError) error = NULL;

  g_assert_null (peg_wire_decode_server (json, sizeof json - 1, &error));
  wire_assert_error (error, PEG_WIRE_ERROR_SYNTAX, "Not UTF-8, or with a NUL");
  g_clear_error (&error);

  g_assert_null (peg_wire_decode_client (plain, sizeof plain - 1, &error));
  wire_assert_error (error, PEG_WIRE_ERROR_SYNTAX, "Not UTF-8, or with a NUL");
  g_clear_error (&error);

  g_assert_null (peg_wire_decode_server (NULL, 0, &error));
  wire_assert_error (error, PEG_WIRE_ERROR_SYNTAX, "There is nothing");
}

/* A name that the other side chose does not blow up the error. */
static void
test_long_name (void)
{
  g_autofree char *name = g_strnfill (100000, 'x');
  g_autofree char *text = g_strdup_printf ("{\"type\":\"FILE_LIST_UPDATED\",\"payload\":{\"ü%s\":1}}", name);
  g_autoptr (GError) error = NULL;

  g_assert_null (peg_wire_decode_server (text, strlen (text), &error));
  wire_assert_error (error, PEG_WIRE_ERROR_TYPE, "payload.\"üxxxxxxxx");
  g_assert_cmpuint (strlen (error->message), <, 200);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_true (g_str_has_suffix (error->message, "x…\" is not an array"));
}

typedef struct {
  const char *text;
  const char *what; /* which decoder */
  PegWireError code;
  const char *way;
} BodyCase;

static const BodyCase body_cases[] = {
  { "", "config", PEG_WIRE_ERROR_SYNTAX, "There is nothing" },
  { "[]", "config", PEG_WIRE_ERROR_TYPE, "It is not an object" },
  { "{\"username\":1}", "config", PEG_WIRE_ERROR_TYPE, "username is not a string" },
  { "{\"shop_name\":1}", "config", PEG_WIRE_ERROR_TYPE, "shop_name is not a string" },
  { "{\"server\":{}}", "config", PEG_WIRE_ERROR_TYPE, "server is not a string" },
  { "{\"is_admin\":\"no\"}", "config", PEG_WIRE_ERROR_TYPE, "is_admin is neither" },
  { "{\"role\":1}", "config", PEG_WIRE_ERROR_TYPE, "role is not a string" },
  { "{\"sign_in\":0}", "config", PEG_WIRE_ERROR_TYPE, "sign_in is neither" },
  { "{\"has_token\":0}", "config", PEG_WIRE_ERROR_TYPE, "has_token is neither" },
  { "ping", "request", PEG_WIRE_ERROR_SYNTAX, "Not readable as JSON" },
  { "null", "request", PEG_WIRE_ERROR_TYPE, "It is not an object" },
  { "{\"user\":1}", "request", PEG_WIRE_ERROR_TYPE, "user is not a string" },
  { "{\"admin_user\":1}", "request", PEG_WIRE_ERROR_TYPE, "admin_user is not a string" },
  { "{\"message\":[]}", "request", PEG_WIRE_ERROR_TYPE, "message is not a string" },
  { "{\"station\":1}", "request", PEG_WIRE_ERROR_TYPE, "station is not a string" },
  { "{\"token\":\"1\"}", "request", PEG_WIRE_ERROR_TYPE, "token is not a number" },
  { "{\"token\":-1}", "request", PEG_WIRE_ERROR_VALUE, "token is not a whole" },
  { "[]", "files", PEG_WIRE_ERROR_TYPE, "It is not an object" },
  { "{\"A\":1}", "files", PEG_WIRE_ERROR_TYPE, "\"A\" is not an array" },
  { "{\"12XXXXX\":[{\"filename\":\"a\",\"size\":-1}]}", "files", PEG_WIRE_ERROR_VALUE, "\"12XXXXX\"[0].size is not a whole" },
  { "{}", "history", PEG_WIRE_ERROR_MISSING, "history is missing" },
  { "{\"history\":{}}", "history", PEG_WIRE_ERROR_TYPE, "history is not an array" },
  { "{\"history\":[1]}", "history", PEG_WIRE_ERROR_TYPE, "history[0] is not an object" },
  { "{\"history\":[{},{\"commit_hash\":1}]}", "history", PEG_WIRE_ERROR_TYPE, "history[1].commit_hash is not a string" },
  { "{\"history\":[{\"author_name\":1}]}", "history", PEG_WIRE_ERROR_TYPE, "history[0].author_name is not a string" },
  { "{\"history\":[{\"message\":1}]}", "history", PEG_WIRE_ERROR_TYPE, "history[0].message is not a string" },
  { "{\"history\":[{\"date\":{}}]}", "history", PEG_WIRE_ERROR_TYPE, "history[0].date is not a time" },
  { "{\"history\":[{\"revision\":[]}]}", "history", PEG_WIRE_ERROR_TYPE, "history[0].revision is not a revision" },
  { "{\"history\":[{\"size\":-1}]}", "history", PEG_WIRE_ERROR_VALUE, "history[0].size is not a whole" },
  { "{}", "activity", PEG_WIRE_ERROR_MISSING, "activities is missing" },
  { "{\"activities\":0}", "activity", PEG_WIRE_ERROR_TYPE, "activities is not an array" },
  { "{\"activities\":[[]]}", "activity", PEG_WIRE_ERROR_TYPE, "activities[0] is not an object" },
  { "{\"activities\":[{}]}", "activity", PEG_WIRE_ERROR_MISSING, "activities[0].event_type is missing" },
  { "{\"activities\":[{\"event_type\":\"X\"}]}", "activity", PEG_WIRE_ERROR_MISSING, "activities[0].filename is missing" },
  { "{\"activities\":[{\"event_type\":\"X\",\"filename\":\"a\",\"user\":1}]}", "activity", PEG_WIRE_ERROR_TYPE, "activities[0].user is not a string" },
};

static gboolean
is_refused (const BodyCase  *body,
            GError         **error)
{
  gsize length = strlen (body->text);

  if (strcmp (body->what, "config") == 0) {
    g_autoptr (PegWireConfig) config = peg_wire_decode_config (body->text, length, error);

    return config == NULL;
  } else if (strcmp (body->what, "request") == 0) {
    g_autoptr (PegWireRequest) request = peg_wire_decode_request (body->text, length, error);

    return request == NULL;
  } else if (strcmp (body->what, "files") == 0) {
    g_autoptr (PegWireMessage) message = peg_wire_decode_files (body->text, length, error);

    return message == NULL;
  } else {
    g_autoptr (GPtrArray) array = NULL;

    if (strcmp (body->what, "history") == 0)
      array = peg_wire_decode_history (body->text, length, error);
    else
      array = peg_wire_decode_activity (body->text, length, error);

    return array == NULL;
  }
}

static void
test_bodies (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (body_cases); i++) {
    g_autoptr (GError) error = NULL;

    if (!is_refused (&body_cases[i], &error))
      g_error ("%s was taken as %s", body_cases[i].text, body_cases[i].what);
    wire_assert_error (error, body_cases[i].code, body_cases[i].way);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wire/bad/server", test_server);
  g_test_add_func ("/wire/bad/client", test_client);
  g_test_add_func ("/wire/bad/nul", test_nul);
  g_test_add_func ("/wire/bad/long-name", test_long_name);
  g_test_add_func ("/wire/bad/bodies", test_bodies);

  return g_test_run ();
}
