#!/usr/bin/env python3
"""Plays session cases against fix_echo, in FIX.4.4 and in FIXT.1.1, and holds its answers to them.

usage: session_cases.py FIX_ECHO DICTIONARIES CASES LIES

CASES is a folder of cases, all of which must hold; LIES is one of cases that expect what FIX does
not say, none of which may. What a case may say is in README.md beside this. It shares no code with
the gateway.
"""
import concurrent.futures
import datetime
import pathlib
import re
import socket
import subprocess
import sys

SOH = "\x01"
PATIENCE_S = 20
STANDARD = {8, 9, 10, 35, 49, 52, 56}


class Broken(Exception):
    """A case does not hold."""


def utc(offset_s=0):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=offset_s)
    return moment.strftime("%Y%m%d-%H:%M:%S.") + f"{moment.microsecond // 1000:03}"


def framed(begin_string, fields, length=None, off=0):
    """Fields from 35 on, each a text `tag=value`; a length that is given, and a sum, may be wrong."""
    body = "".join(field + SOH for field in fields)
    text = f"8={begin_string}{SOH}9={len(body) if length is None else length}{SOH}{body}"
    total = (sum(text.encode("latin-1")) + off) % 256
    return f"{text}10={total:03}{SOH}"


class Connection:
    """A client's end of one connection."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        self.received = ""

    def send(self, text):
        self.socket.sendall(text.encode("latin-1"))

    def read(self):
        """The next message, as pairs of tag and value; None when the connection ends."""
        while True:
            found = re.match(r"8=.*?\x0110=\d{3}\x01", self.received, re.DOTALL)
            if found:
                self.received = self.received[found.end():]
                fields = found.group(0).rstrip(SOH).split(SOH)
                return [(int(tag), value) for tag, value in (f.split("=", 1) for f in fields)]
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                return None
            except TimeoutError:
                raise Broken("nothing came") from None
            if not data:
                return None
            self.received += data.decode("latin-1")


class Play:
    """One case in one version against one fix_echo."""

    def __init__(self, port, begin_string):
        self.port = port
        self.begin_string = begin_string
        self.connections = {}
        self.now = None
        self.next_out = 1

    def close(self):
        for connection in self.connections.values():
            connection.socket.close()

    def run(self, line):
        word, _, rest = line.partition(" ")
        if word == "connect":
            self.now = rest or "1"
            self.connections[self.now] = Connection(self.port)
            self.next_out = 1
        elif word == "use":
            self.now = rest
        elif word == "number":
            self.next_out = int(rest)
        elif word == ">":
            self.connections[self.now].send(self.message(rest))
        elif word == "raw":
            self.connections[self.now].send(self.with_values(rest).replace("|", SOH))
        elif word == "<":
            self.expect(rest)
        elif word == "closed":
            message = self.connections[self.now].read()
            if message is not None:
                raise Broken(f"the connection goes on with {message}")
        else:
            raise Broken("no such word")

    def with_values(self, text):
        text = re.sub(r"\{now([+-]\d+)?\}", lambda found: utc(int(found.group(1) or 0)), text)
        return text.replace("{begin}", self.begin_string)

    def adds_version(self, fields):
        return self.begin_string == "FIXT.1.1" and fields[0] in ("A", "j") and \
            not any(field.startswith("-1137") for field in fields)

    def message(self, text):
        fields = self.with_values(text).split("|")
        if self.adds_version(fields):
            fields.append("1137=9")
        left_out = {field[1:] for field in fields if field.startswith("-") and "=" not in field}
        said = [field for field in fields[1:] if field[1:] not in left_out or field[0] != "-"]
        special = {tag: value for tag, _, value in (field.partition("=") for field in said)
                   if tag in ("8", "9", "10", "34", "49", "52", "56")}
        number = special.get("34", str(self.next_out))
        if number.isdigit():
            self.next_out = max(self.next_out, int(number) + 1)
        header = [("35", fields[0]), ("34", number), ("49", special.get("49", "TW")),
                  ("52", special.get("52", utc())), ("56", special.get("56", "ISLD"))]
        body = [f"{tag}={value}" for tag, value in header if tag not in left_out]
        body += [field for field in said if field.partition("=")[0] not in special]
        return framed(special.get("8", self.begin_string), body, special.get("9"),
                      1 if special.get("10") == "wrong" else 0)

    def expect(self, text):
        message = self.connections[self.now].read()
        if message is None:
            raise Broken("the connection has ended")
        fields = text.split("|")
        wanted = sorted(tuple(field.split("=", 1)) for field in fields[1:])
        if self.adds_version(fields):
            wanted = sorted(wanted + [("1137", "9")])
        got = dict(message)
        header = (got[8], got[49], got[56], got[35])
        if header != (self.begin_string, "ISLD", "TW", fields[0]):
            raise Broken(f"got {message}")
        rest = sorted((str(tag), value) for tag, value in message if tag not in STANDARD)
        same = [tag for tag, _ in wanted] == [tag for tag, _ in rest] and all(
            want[1] in ("*", have[1]) for want, have in zip(wanted, rest))
        if not same:
            raise Broken(f"got {message}")


def play(program, dictionaries, case, begin_string):
    """None, or why the case does not hold."""
    command = [program, "--port", "0", "--sender", "ISLD", "--target", "TW",
               "--dictionaries", dictionaries]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as echo:
        try:
            port = int(echo.stdout.readline().rpartition(":")[2])
            play_it = Play(port, begin_string)
            number = 0
            try:
                for number, line in enumerate(case.read_text().splitlines(), start=1):
                    version, _, rest = line.partition(": ")
                    if version in ("FIX.4.4", "FIXT.1.1"):
                        line = rest if version == begin_string else ""
                    if line and not line.startswith("#"):
                        play_it.run(line)
            except Broken as why:
                return f"{case.name}:{number} in {begin_string}: {why}"
            finally:
                play_it.close()
            if echo.poll() is not None:
                return f"{case.name} in {begin_string}: fix_echo has ended"
        finally:
            echo.terminate()
        if echo.wait(PATIENCE_S) != 0:
            return f"{case.name} in {begin_string}: fix_echo ended with {echo.returncode}"
    return None


def play_all(program, dictionaries, folder):
    cases = sorted(pathlib.Path(folder).glob("*.txt"))
    turns = [(case, version) for case in cases for version in ("FIX.4.4", "FIXT.1.1")]
    with concurrent.futures.ThreadPoolExecutor(max_workers=8) as pool:
        return list(pool.map(lambda turn: play(program, dictionaries, *turn), turns))


def main():
    program, dictionaries, cases, lies = sys.argv[1:]
    verdicts = play_all(program, dictionaries, cases)
    lied = play_all(program, dictionaries, lies)
    broken = [verdict for verdict in verdicts if verdict]
    for verdict in broken:
        print(verdict)
    believed = lied.count(None)
    print(f"{len(verdicts)} cases, {len(broken)} broken; {len(lied)} lies, {believed} believed")
    return 0 if verdicts and lied and not broken and not believed else 1


if __name__ == "__main__":
    sys.exit(main())
