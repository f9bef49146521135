# SPDX-License-Identifier: GPL-3.0-or-later
"""Pegboard on a terminal (rig.py): a demo shop, two people with badges and PINs, and a
machine’s folder."""

import crypt
import hashlib
import hmac
import json
import os
import subprocess
import sys
import uuid

from shop import Shop, wait_for

STATION = 'Lathe 3'
KEY = bytes(range(32))
ADMIN_PIN = '904217'

# id: name, role, badge, PIN
PEOPLE = {
    'dana': ('Dana Kowalski', 'machinist', '40012345', '2580'),
    'lee': ('Lee Park', 'lead', '40067890', '7193'),
}

ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%'


def code(kind, value):
    """A code of ours, as docs/scanning.md says."""
    text = f'PB1/{kind}/{escape(value)}/'
    total = 0
    for sign in text:
        total = (total + ALPHABET.index(sign)) * 36 % 1271
    check = (1272 - total * 36 % 1271) % 1271
    return text + ALPHABET[check // 36] + ALPHABET[check % 36]


def escape(value):
    out, lower = '', False
    for byte in value.encode():
        sign = chr(byte)
        if sign.isascii() and sign.isalpha():
            if lower != sign.islower():
                lower = not lower
                out += '+'
            out += sign.upper()
        elif sign.isascii() and (sign.isdigit() or sign in '-.'):
            out += sign
        else:
            out += {'/': '%', '_': '$U', ' ': '$S'}.get(sign, f'${byte:02X}')
    return out


def pin_hash(pin):
    return crypt.crypt(pin, '$y$j75$' + 'pegboardpegboard' + '$')


def badge_hash(badge):
    return hmac.new(KEY, badge.encode(), hashlib.sha256).hexdigest()


class Pegboard:
    """How the program is started on a terminal, the first time and again."""

    def __init__(self, program, schemas, pegboardd, demo):
        self.program, self.schemas, self.pegboardd, self.demo = program, schemas, pegboardd, demo
        self.programs, self.folders = [pegboardd], [schemas, demo]
        self.signed_in = True
        self.ground = self.terminal = self.shop = None
        self.words = []
        self.site = {}

    def attach(self, terminal):
        self.terminal = terminal
        copies = self.ground.copies
        if self.shop is None:
            self.shop = Shop(copies[self.pegboardd], source=copies[self.demo], name='Shop North')
            self.shop.start()
            self.write_site()
        self.words = [copies[self.program], '--kiosk', '--site', self.ground.path('site.conf')]
        os.environ['GSETTINGS_SCHEMA_DIR'] = copies[self.schemas]

    def write(self, name, text, mode=0o400):
        path = self.ground.path(name)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def write_site(self):
        os.mkdir(self.ground.path('work'))
        people = ''.join(
            f'[{who}]\nname={name}\nuser={who}\nrole={role}\nbadges={badge_hash(badge)}\n'
            f'pin={pin_hash(pin)}\n\n' for who, (name, role, badge, pin) in PEOPLE.items())
        kiosk = {'enabled': 'true', 'sign-out-seconds': '3600', 'screensaver-seconds': '3600',
                 'sound': 'false',
                 'admin-pin-file': self.write('admin.pin', pin_hash(ADMIN_PIN) + '\n'), **self.site}
        self.write('site.conf', f'[Server]\naddress={self.shop.address}\n\n[Station]\n'
                   f'name={STATION}\nworking-folder={self.ground.path("work")}\n'
                   # A compositor without a screen says that a pixel is a millimetre.
                   'pixels-per-mm=3.78\n\n[Kiosk]\n'
                   + ''.join(f'{key}={value}\n' for key, value in kiosk.items())
                   + f'\n[Badges]\npeople-file={self.write("people.conf", people)}\n'
                   f'key-file={self.write("badge.key", KEY.hex())}\nformat=[0-9]{{8}}\n', 0o444)

    def __call__(self, **more):
        self.terminal.start(self.words, **more)
        if self.terminal.tree.wait('list item', '') is None:
            raise RuntimeError('there is no list: ' + self.ground.read_log('client.log')
                               + self.terminal.tree.dump())
        if self.signed_in:
            self.sign_in('dana')

    def sign_in(self, who):
        name = self.offer_badge(who)
        if not wait_for(lambda: self.person() == name, step=self.terminal.tree.turn):
            raise RuntimeError(f'{name} is not signed in: {self.ground.read_log("client.log")}'
                               + self.terminal.tree.dump())

    def offer_badge(self, who):
        """Holds a badge to the reader, whatever is shown; gives the name on it."""
        self.terminal.scan(PEOPLE[who][2])
        return PEOPLE[who][0]

    def outbox(self, who):
        """Where what somebody has not sent is kept."""
        name = hashlib.sha256(f'{self.shop.address}\0{who}'.encode()).hexdigest()
        return self.ground.path('home', '.local', 'state', 'pegboard', 'outbox', name)

    def keep_refused(self, who, path, content):
        """Puts a check-in there that the server has refused."""
        entry = self.shop.files()[path]
        name = str(uuid.uuid4())
        item = {'format': 1, 'id': name, 'serial': 1, 'action': 'check-in', 'state': 'conflict',
                'key': str(entry.get('id') or path), 'filename': os.path.basename(path),
                'path': path, 'text': 'kept', 'major': False, 'version': 0, 'token': 0,
                'sha256': hashlib.sha256(content).hexdigest(), 'size': len(content),
                'created': '2026-11-21T08:00:00Z', 'sent': None, 'why': 'Somebody else had it.'}
        place = os.path.join(self.outbox(who), name)
        with open(f'{place}.bytes', 'wb') as file:
            file.write(content)
        # Whole at once, as the program writes it.
        with open(f'{place}.new', 'w', encoding='utf-8') as file:
            json.dump(item, file)
        os.rename(f'{place}.new', f'{place}.json')

    def count_kept(self, who):
        return len([name for name in os.listdir(self.outbox(who)) if name.endswith('.json')])

    def person(self):
        """Who is signed in, as everybody can see; nothing for nobody."""
        tree = self.terminal.tree
        bar = tree.find('panel', 'Terminal', shown=False) or tree.application
        names = [name for name, *_ in PEOPLE.values()]
        return next((item.name for item in tree.walk(bar) if item.name in names), '')

    def close(self):
        if self.shop is not None:
            self.shop.close()
