#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""
test-session.py SESSION-SCRIPT

What pegboard-kiosk-session does when the board ends in one way or another. The
board is a fake that ends as it is told and writes down how it was started. TAP.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile

SCRIPT, UNIT = sys.argv[1:]
FAKE = """#!/bin/sh
echo "$PEGBOARD_KIOSK_SESSION ${GTK_DEBUG-} $*" >>"$LOG"
n=$(wc -l <"$LOG")
end=$(sed -n "${n}p" "$ENDS")
case $end in
  wait) trap 'echo term >>"$LOG"; exit 0' TERM; echo ready >"$READY"
        while :; do sleep 0.05; done ;;
  kill) kill -SEGV $$ ;;
  *) exit "$end" ;;
esac
"""
# What a sandbox does with signals and with the end of what it holds: nothing, and
# passing it on. Beside the program there is what it talks through,
# which ends with it.
SANDBOX = """#!/bin/sh
"${0%/*}/xdg-dbus-proxy" &
proxy=$!
"$@" &
wait $!
status=$?
kill -KILL $proxy
exit $status
"""
PROXY = """#!/bin/sh
trap 'echo proxy >>"$LOG"; exit 0' TERM
while :; do sleep 0.05; done
"""

count = 0


def check(name, good, why=""):
    global count
    count += 1
    print(f"{'ok' if good else 'not ok'} {count} - {name}")
    if not good:
        print(f"# {why}")


class Session:
    """The script with a board that ends in the ways of `ends`, one after the other."""

    def __init__(self, ends, arguments=(), sandboxes=0):
        self.folder = tempfile.TemporaryDirectory(prefix="peg-session-")
        self.log = os.path.join(self.folder.name, "log")
        self.mark = os.path.join(self.folder.name, "ended")
        with open(self.mark, "w", encoding="utf-8"):
            pass  # as the session before has left it
        ready = os.path.join(self.folder.name, "ready")
        sandbox = self.write_program("bwrap", SANDBOX)
        self.write_program("xdg-dbus-proxy", PROXY)
        command = f"{sandbox} " * sandboxes + self.write_program("board", FAKE)
        with open(os.path.join(self.folder.name, "ends"), "w", encoding="utf-8") as file:
            file.write("\n".join(ends) + "\n")
        os.mkfifo(ready)
        self.ready = ready
        self.process = subprocess.Popen(
            [SCRIPT, *arguments], stderr=subprocess.PIPE, text=True, start_new_session=True,
            env={**os.environ, "PEGBOARD_KIOSK_COMMAND": command, "LOG": self.log, "READY": ready,
                 "PEGBOARD_KIOSK_ENDED": self.mark,
                 "ENDS": os.path.join(self.folder.name, "ends"), "GTK_DEBUG": "interactive"})

    def write_program(self, name, text):
        path = os.path.join(self.folder.name, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o755)
        return path

    def wait_until_ready(self):
        with open(self.ready, encoding="utf-8") as file:
            file.read()

    def finish(self):
        status = self.process.wait(timeout=60)
        try:  # whoever is left is not waited for
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        _, self.said = self.process.communicate(timeout=60)
        with open(self.log, encoding="utf-8") as file:
            self.starts = file.read().splitlines()
        self.wanted = os.path.exists(self.mark)
        self.folder.cleanup()
        return status


def run_unit(started, compositor, mark):
    """What systemd would run, with another compositor."""
    cage = "/usr/bin/cage -d -- @bindir@/pegboard-kiosk-session"
    assert cage in started
    command = started.replace("$$", "$").replace(cage, compositor)
    return subprocess.run(["sh", "-c", command], env={**os.environ, "PEGBOARD_KIOSK_ENDED": mark},
                          check=False).returncode


def main():
    print("1..19")

    session = Session(["0"], ["--station", "VF 4"])
    status = session.finish()
    check("an end that is wanted ends the session", status == 0 and len(session.starts) == 1,
          f"{status} {session.starts}")
    check("and whoever asks finds that it was to end", session.wanted)
    check("the board gets its arguments, a sign of the session, and no debugger",
          session.starts == ["1  --kiosk --station VF 4"], session.starts)

    session = Session(["75", "75", "75", "75", "0"])
    session.finish()
    check("a restart that is wanted is no crash",
          len(session.starts) == 5 and not any("safe" in start for start in session.starts),
          session.starts)

    session = Session(["139", "1", "0"])
    session.finish()
    check("after a crash it starts again", len(session.starts) == 3, session.starts)
    check("two crashes are not safe mode", not any("safe" in start for start in session.starts),
          session.starts)
    check("a crash is told to the log", "status 139" in session.said and "status 1 " in session.said,
          session.said)

    session = Session(["kill", "70", "139", "0"])
    session.finish()
    check("three crashes in a minute are safe mode, with a code",
          len(session.starts) == 4 and "safe" not in session.starts[2] and
          re.search(r"--safe-mode 139-\d{4}$", session.starts[3]) is not None, session.starts)

    session = Session(["1", "1", "1", "75", "0"])
    session.finish()
    check("a restart ends safe mode", "--safe-mode" in session.starts[3] and
          "--safe-mode" not in session.starts[4], session.starts)

    session = Session(["1", "1", "1", "1", "0"])
    session.finish()
    check("safe mode that crashes stays safe mode, with the same code",
          session.starts[3] == session.starts[4] and "--safe-mode" in session.starts[4],
          session.starts)

    session = Session(["1", "wait"])
    session.wait_until_ready()
    session.process.send_signal(signal.SIGTERM)
    status = session.finish()
    check("SIGTERM reaches the board, and ends the session", status == 0 and
          session.starts[-1] == "term", f"{status} {session.starts}")
    check("and the board is not started again", len(session.starts) == 3, session.starts)
    check("it was to end, too", session.wanted)

    session = Session(["75", "wait"])
    session.wait_until_ready()
    session.process.kill()
    session.finish()
    check("a session that is killed was not to end", not session.wanted)

    with open(UNIT, encoding="utf-8") as file:
        started, = re.findall(r"^ExecStart=/bin/sh -c '(.*)'$", file.read(), re.MULTILINE)
    with tempfile.TemporaryDirectory(prefix="peg-unit-") as folder:
        mark = os.path.join(folder, "ended")
        with open(mark, "w", encoding="utf-8"):
            pass  # as the session before the computer was turned off has left it
        check("a compositor that ends before there is a session was not to end",
              run_unit(started, "false", mark) != 0, started)
        check("one whose session was to end was", run_unit(started, f"touch {mark}", mark) == 0,
              started)

    session = Session(["kill", "75", "wait"], sandboxes=2)
    session.wait_until_ready()
    session.process.send_signal(signal.SIGTERM)
    status = session.finish()
    check("in a sandbox, too, a crash and a restart are told apart",
          session.said.count("status 139") == 1 and session.starts[2] != "term" and
          session.said.count("status") == 1, f"{session.said} {session.starts}")
    check("SIGTERM reaches the board in its sandbox", "term" in session.starts and status == 0,
          f"{status} {session.starts}")
    check("and nobody else there", "proxy" not in session.starts, session.starts)


main()
