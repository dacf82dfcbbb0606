"""Runs a command on a pseudo terminal and tells what it wrote and whether it left the terminal as it was.

Takes one argument, JSON: {"command": [...], "columns": N, "rows": N, "steps": [...]}. A step is one of {"until": TEXT}:
waits until the command has written TEXT since the last step; {"type": TEXT}; {"resize": [columns, rows]};
{"signal": NAME}. Writes JSON: {"output": TEXT, "status": N, "restored": true or false}.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time

DEADLINE = time.monotonic() + 25


def set_size(terminal, columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def read(master, seconds):
    readable, _, _ = select.select([master], [], [], seconds)
    return os.read(master, 65536) if readable else b""


def main():
    plan = json.loads(sys.argv[1])
    master, slave = pty.openpty()
    set_size(slave, plan["columns"], plan["rows"])
    before = termios.tcgetattr(slave)
    child = subprocess.Popen(
        plan["command"], stdin=slave, stdout=slave, stderr=subprocess.DEVNULL, start_new_session=True
    )
    output = b""
    seen = 0
    for step in plan["steps"]:
        if "until" in step:
            wanted = step["until"].encode()
            while wanted not in output[seen:]:
                if time.monotonic() > DEADLINE:
                    child.kill()
                    sys.exit("never wrote %r, but %r" % (wanted, output))
                output += read(master, 0.1)
            seen = output.index(wanted, seen) + len(wanted)
        elif "type" in step:
            os.write(master, step["type"].encode())
        elif "resize" in step:
            set_size(slave, *step["resize"])
            os.kill(child.pid, signal.SIGWINCH)
        else:
            child.send_signal(getattr(signal, step["signal"]))
    while child.poll() is None:
        if time.monotonic() > DEADLINE:
            child.kill()
            sys.exit("did not end, wrote %r" % output)
        output += read(master, 0.05)
    while chunk := read(master, 0):
        output += chunk
    restored = termios.tcgetattr(slave) == before
    print(json.dumps({"output": output.decode(), "status": child.returncode, "restored": restored}))


main()
