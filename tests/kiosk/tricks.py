#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way out of a locked terminal that somebody has thought of.

Each is a name for people and steps for hands. A step is a word and what it is about:

    keys CHORD…        chords, one after the other
    hold CHORD         a chord that is held for a while
    type TEXT          as a person types
    scan TEXT          as a scanner does: at once, and Enter
    tap, long, double, triple PLACE
    right, middle, backward, forward PLACE     with a button of the mouse
    drag, swipe PLACE PLACE                    with the mouse, with a finger
    fingers N          that come down side by side, and stay for a while
    pinch, spread      with two fingers
    action NAME [TEXT] asked for over the session bus
    window NAME        likewise, of the window
    call METHOD        of org.freedesktop.Application, likewise
    again ARGUMENT…    the program is started a second time
    started NAME=TEXT  the program is started anew, with this in the environment

A PLACE is “field”, or two numbers from 0 to 1 across and down the screen.

tricks.py prints docs/kiosk-escapes.md."""

KEYBOARD = [
    ('Alt+F4 closes a window', ['keys alt+f4']),
    ('Ctrl+Q ends a program', ['keys ctrl+q']),
    ('Ctrl+W closes a window', ['keys ctrl+w']),
    ('Ctrl+Shift+Q ends a program', ['keys ctrl+shift+q']),
    ('Ctrl+Shift+W closes all windows', ['keys ctrl+shift+w']),
    ('Ctrl+F4 closes a tab', ['keys ctrl+f4']),
    ('Alt+Space opens the menu of the window, N minimizes it', ['keys alt+space', 'keys n']),
    ('Alt+Space, C closes it', ['keys alt+space', 'keys c']),
    ('Escape leaves a page', ['keys esc esc esc esc']),
    ('Shift+Escape', ['keys shift+esc']),
    ('F11 leaves fullscreen', ['keys f11']),
    ('Alt+Enter leaves fullscreen', ['keys alt+enter']),
    ('Alt+F5 restores, Alt+F7 moves, Alt+F8 resizes', ['keys alt+f5 alt+f7 alt+f8']),
    ('Alt+F9 minimizes, Alt+F10 maximizes', ['keys alt+f9 alt+f10']),
    ('Super+Up, Super+Down, Super+H arrange windows', ['keys super+up super+down super+h']),
    ('Ctrl+Shift+I opens the inspector of GTK', ['keys ctrl+shift+i']),
    ('Ctrl+Shift+D opens the inspector of GTK on what is under the pointer',
     ['keys ctrl+shift+d']),
    ('Ctrl+Shift+I with Caps Lock', ['keys capslock', 'keys ctrl+shift+i', 'keys capslock']),
    ('Ctrl+Shift+D with the right Ctrl and Shift', ['keys rightctrl+rightshift+d']),
    ('F10 opens the menu', ['keys f10', 'keys down enter']),
    ('Shift+F10 opens the menu of what has the focus', ['tap field', 'keys shift+f10']),
    ('The menu key does', ['tap field', 'keys menu']),
    ('Alt alone shows the mnemonics', ['keys alt', 'keys m']),
    ('Alt and a letter opens a menu', ['keys alt+m alt+f alt+b alt+h']),
    ('F1 opens the help', ['keys f1']),
    ('Shift+F1, Ctrl+F1 explain what has the focus', ['keys shift+f1 ctrl+f1']),
    ('Ctrl+? lists the shortcuts', ['keys ctrl+shift+slash ctrl+slash']),
    ('F12, F9, F5, F2: whatever they do', ['keys f12 f9 f5 f2 f3 f4 f6 f7 f8']),
    ('F13 to F24, which programmable keyboards have',
     ['keys f13 f14 f15 f16 f17 f18 f19 f20 f21 f22 f23 f24']),
    ('Ctrl+O opens a file', ['keys ctrl+o']),
    ('Ctrl+S, Ctrl+Shift+S save one', ['keys ctrl+s ctrl+shift+s']),
    ('Ctrl+P prints', ['keys ctrl+p']),
    ('Ctrl+N, Ctrl+T, Ctrl+Shift+N open a window', ['keys ctrl+n ctrl+t ctrl+shift+n']),
    ('Ctrl+L types a path', ['keys ctrl+l', 'type /etc/passwd', 'keys enter']),
    ('Ctrl+Enter opens what is selected', ['keys ctrl+enter ctrl+kpenter']),
    ('Ctrl+comma opens the settings', ['keys ctrl+comma']),
    ('Ctrl+C, Ctrl+X copy, Ctrl+V pastes', ['tap field', 'keys ctrl+a ctrl+c ctrl+x ctrl+v']),
    ('Ctrl+Insert, Shift+Delete, Shift+Insert do, too',
     ['tap field', 'keys ctrl+a ctrl+insert shift+delete shift+insert']),
    ('Ctrl+Shift+C, Ctrl+Shift+V', ['keys ctrl+shift+c ctrl+shift+v']),
    ('The keys Copy, Cut and Paste', ['tap field', 'keys ctrl+a', 'keys copy cut paste']),
    ('Ctrl+. chooses an emoji', ['tap field', 'keys ctrl+period']),
    ('Ctrl+; does, too', ['tap field', 'keys ctrl+semicolon']),
    ('Ctrl+Shift+U writes any character', ['tap field', 'keys ctrl+shift+u', 'type 202e ']),
    ('Alt+Tab, Alt+Shift+Tab go to another program', ['keys alt+tab alt+shift+tab']),
    ('Alt+Escape goes to another window', ['keys alt+esc alt+f6']),
    ('Super opens the overview', ['keys super', 'keys rightsuper']),
    ('Super+D, Super+A, Super+Tab, Super+1 show other programs',
     ['keys super+d super+a super+tab super+1 super+s']),
    ('Super+L locks the screen', ['keys super+l ctrl+alt+l']),
    ('Super+Enter, Ctrl+Alt+T open a terminal', ['keys super+enter ctrl+alt+t']),
    ('Alt+F2, Super+R run a program', ['keys alt+f2', 'type xterm', 'keys enter', 'keys super+r']),
    ('Alt+F1, Ctrl+Escape open the start menu', ['keys alt+f1 ctrl+esc']),
    ('Ctrl+Shift+Escape, Ctrl+Alt+Escape manage programs', ['keys ctrl+shift+esc ctrl+alt+esc']),
    ('Ctrl+Alt+Delete signs out', ['keys ctrl+alt+delete']),
    ('Ctrl+Alt+Backspace ends the display', ['keys ctrl+alt+backspace']),
    ('Ctrl+Alt+Up, Ctrl+Alt+Left change the workspace',
     ['keys ctrl+alt+up ctrl+alt+down ctrl+alt+left ctrl+alt+right']),
    ('Ctrl+Alt+D, Ctrl+Alt+M hide the windows', ['keys ctrl+alt+d ctrl+alt+m']),
    ('Print takes a picture', ['keys sysrq print ctrl+print shift+sysrq']),
    ('Alt+SysRq commands the kernel', ['keys alt+sysrq+r alt+sysrq+e']),
    ('Shift five times opens the settings of sticky keys',
     ['keys shift shift shift shift shift']),
    ('Shift for eight seconds opens those of slow keys', ['hold shift']),
    ('Alt+Left, Alt+Right, Alt+Home go where one was', ['keys alt+left alt+right alt+home']),
    ('Ctrl+Tab, Ctrl+Page Down change the tab', ['keys ctrl+tab ctrl+pageup ctrl+pagedown']),
    ('Ctrl+Plus, Ctrl+Minus, Ctrl+0 zoom', ['keys ctrl+equal ctrl+minus ctrl+0']),
    ('Ctrl+Z, Ctrl+Y undo what somebody else wrote', ['tap field', 'keys ctrl+z ctrl+y']),
    ('Tab reaches something that is not on the screen',
     ['keys ' + 'tab ' * 40, 'keys ' + 'shift+tab ' * 40]),
]

# The numbers of evdev that an X server does not know how to press.
MULTIMEDIA = [
    ('The keys WWW, Home Page, Mail, Search start a program',
     ['keys www homepage mail search']),
    ('The keys Calculator, My Computer, Edit do', ['keys calc file edit']),
    ('The keys Open, New, Find, Help do', ['keys open new find help']),
    ('The keys Close, Exit, Stop end one', ['keys close exit stop']),
    ('The keys Back, Forward, Refresh of a browser', ['keys back forward refresh']),
    ('The keys Power and Sleep', ['keys power sleep']),
    ('Undo and Again', ['keys undo again']),
]

GLASS = [
    ('A long touch opens a menu', ['long 0.5,0.5', 'long field']),
    ('A double tap selects a word, and offers to copy it', ['double field', 'tap field']),
    ('A triple tap selects all of it', ['triple field', 'tap field']),
    ('A tap on what is selected opens a menu about it',
     ['tap field', 'keys ctrl+a', 'tap field', 'long field']),
    ('Two fingers that stay', ['fingers 2']),
    ('Three fingers, which some compositors listen to', ['fingers 3']),
    ('Five fingers at once', ['fingers 5']),
    ('Two fingers come together, or go apart', ['pinch', 'spread']),
    ('A swipe from the upper edge', ['swipe 0.5,0.0 0.5,0.7']),
    ('A swipe from the lower edge', ['swipe 0.5,0.999 0.5,0.3']),
    ('A swipe from the left edge', ['swipe 0.0,0.5 0.7,0.5']),
    ('A swipe from the right edge', ['swipe 0.999,0.5 0.3,0.5']),
    ('Corners tapped in the wrong order',
     ['tap 0.01,0.01', 'tap 0.01,0.99', 'tap 0.99,0.99', 'tap 0.99,0.01', 'tap 0.01,0.01']),
]

MOUSE = [
    ('The right button opens a menu', ['right field', 'right 0.5,0.5', 'right 0.5,0.02']),
    ('The middle button pastes', ['tap field', 'middle field']),
    ('The buttons Back and Forward of a mouse', ['backward 0.5,0.5', 'forward 0.5,0.5']),
    ('A double click on the upper edge leaves fullscreen', ['double 0.5,0.001']),
    ('The window is dragged away by its upper edge', ['drag 0.5,0.001 0.5,0.5']),
    ('The window is made smaller at its lower right corner', ['drag 0.999,0.999 0.5,0.5']),
    ('A text is dragged out', ['tap field', 'keys ctrl+a', 'drag field 0.9,0.9']),
]

WORDS = [
    ('An address is scanned', ['scan https://example.org/']),
    ('A path is scanned', ['scan file:///etc/passwd']),
    ('A code of a command that there is not', ['scan PB1/X/exit']),
    ('A code that is as long as a page', ['scan ' + '0123456789' * 200]),
    ('Words with markup are typed', ['tap field', 'type <a href="file:///etc">x</a>',
                                     'keys enter']),
    ('Words with a format are typed', ['tap field', 'type %n%s%n%s', 'keys enter']),
]

BUS = [
    ('The action “quit” is asked for over the session bus', ['action quit']),
    ('The action “about”', ['action about']),
    ('The action “shortcuts”', ['action shortcuts']),
    ('The action “demo-shop”', ['action demo-shop']),
    ('The action of the admin door “exit”', ['action kiosk-admin exit']),
    ('The action of the admin door “restart”', ['action kiosk-admin restart']),
    ('The window is asked for “close”', ['window close', 'window window.close']),
    ('The program is asked to open a file', ['call Open']),
    ('The program is asked to show itself', ['call Activate']),
    ('The program is started a second time', ['again']),
    ('The program is started a second time, as a desktop program', ['again --demo']),
    ('The program is started a second time, with its version asked for', ['again --version']),
]

START = [
    ('It is started with the inspector', ['started GTK_DEBUG=interactive']),
    ('It is started with settings for people who develop',
     ['started GTK_DEBUG=all']),
]

GROUPS = [
    ('With the keyboard', KEYBOARD),
    ('With keys that few keyboards have', MULTIMEDIA),
    ('With fingers', GLASS),
    ('With a mouse', MOUSE),
    ('With words', WORDS),
    ('Over the session bus, and by starting it again', BUS),
    ('By the way it is started', START),
]

INTRODUCTION = '''<!--
SPDX-License-Identifier: GPL-3.0-or-later
Written by tests/kiosk/tricks.py; a test fails when the two are not the same.
-->

# What was tried to get out of a terminal

A terminal shows one window, and there is no way out of it but the admin door. That is easily
said; here is what has been tried. Each line is a test (`tests/kiosk/test-escapes.py`), on the
real program in weston’s kiosk shell, run by a person without rights; those with the keyboard
also in cage. After each of them there is still one window and no menu over it, the program has
started no other, nobody else is signed in, no portal was asked for anything, and the list can
still be worked with.

What no program can answer for is what happens before a key reaches it: the compositor may have
keys of its own. cage has one: Ctrl+Alt and a function key goes to another console. The session
of `data/kiosk` says how that is turned off, and the self-check of the admin door says when it
is not.
'''


def markdown():
    lines = [INTRODUCTION]
    number = 0
    for title, tricks in GROUPS:
        lines += [f'## {title}', '']
        for name, steps in tricks:
            number += 1
            done = ', '.join(f'`{step if len(step) < 60 else step[:40].strip() + " …"}`'
                             for step in steps)
            lines.append(f'{number}. {name}: {done}')
        lines.append('')
    return '\n'.join(lines)


if __name__ == '__main__':
    print(markdown(), end='')
