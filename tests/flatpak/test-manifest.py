#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifests and what they export keep the rules of lint.py; and each rule that is
broken on purpose is found.

test-manifest.py SOURCE BUILD VERSION"""

import configparser
import copy
import os
import subprocess
import sys

import yaml

import lint

TESTS = [0, 0]


def check(good, words):
    TESTS[0] += 1
    TESTS[1] += not good
    print(f'{"ok" if good else "not ok"} {TESTS[0]} {words}', flush=True)


def read(*parts):
    with open(os.path.join(*parts), encoding='utf-8') as file:
        return file.read()


def read_group(text, group):
    parser = configparser.ConfigParser(interpolation=None, delimiters=('=',))
    parser.optionxform = str
    parser.read_string(text)
    return dict(parser[group])


# A rule, and what breaks it.
MANIFEST_BREAKS = [
    ('finish-args', lambda m: m['finish-args'].append('--filesystem=host')),
    ('finish-args', lambda m: m['finish-args'].append('--talk-name=org.freedesktop.Notifications')),
    ('finish-args', lambda m: m['finish-args'].append('--socket=x11')),
    ('finish-args', lambda m: m['finish-args'].append('--share=network')),
    ('finish-args', lambda m: m['finish-args'].remove('--device=dri')),
    ('finish-args', lambda m: m['finish-args'].clear()),
    ('appid-filename-mismatch', lambda m: m.update(id='io.github.pegboard.Other')),
    ('manifest-unknown-properties', lambda m: m.update({'default-branch': 'main'})),
    ('manifest-unknown-properties', lambda m: m['modules'][0].update(make='x')),
    ('manifest-unknown-properties', lambda m: m['modules'][0]['sources'][0].update(branch='main')),
    ('runtime-is-eol', lambda m: m.update({'runtime-version': '43'})),
    ('runtime-is-eol', lambda m: m.update({'runtime-version': 51})),
    ('runtime-not-gnome', lambda m: m.update(runtime='org.example.Platform')),
    ('toplevel-no-command', lambda m: m.pop('command')),
    ('toplevel-command-is-path', lambda m: m.update(command='/app/bin/pegboard')),
    ('build-network-access',
     lambda m: m.update({'build-options': {'build-args': ['--share=network']}})),
    ('build-network-access',
     lambda m: m['modules'][0].update({'build-options': {'build-args': ['--share=network']}})),
    ('toplevel-cleanup-debug', lambda m: m['cleanup'].append('/lib/debug')),
    ('no-cleanup', lambda m: m.pop('cleanup')),
    ('site-extension', lambda m: m.pop('add-extensions')),
    ('site-extension', lambda m: m['cleanup-commands'].clear()),
    ('toplevel-no-modules', lambda m: m['modules'].clear()),
    ('no-run-tests', lambda m: m['modules'][0].pop('run-tests')),
    ('module-redundant-options', lambda m: m['modules'][0]['config-opts'].append('--prefix=/app')),
    ('module-no-sources', lambda m: m['modules'][0]['sources'].clear()),
    ('source-not-pinned',
     lambda m: m['modules'][0].update(sources=[{'type': 'dir', 'path': '..'}])),
    ('source-git-no-commit', lambda m: m['modules'][0]['sources'][0].update(commit='main')),
    ('source-git-no-tag', lambda m: m['modules'][0]['sources'][0].pop('tag')),
    ('source-url-not-https',
     lambda m: m['modules'][0]['sources'][0].update(url='file:///srv/pegboard')),
    ('source-no-sha256', lambda m: m['modules'].append(
        {'name': 'x', 'sources': [{'type': 'archive', 'url': 'https://x/x.tar.xz'}]})),
    ('source-unknown-type', lambda m: m['modules'][0]['sources'].append({'type': 'shell'})),
]

# What is replaced in the metainfo, and by what.
METAINFO_BREAKS = [
    ('appstream-id-mismatch-flatpak-id', '<id>io.', '<id>org.'),
    ('appstream-unsupported-component-type', 'desktop-application', 'addon'),
    ('metadata-license', 'CC0-1.0', 'GPL-3.0-or-later'),
    ('project-license', 'GPL-3.0-or-later</project', 'proprietary</project'),
    ('appstream-name-too-long', '<name>Pegboard<', '<name>Pegboard for every machine shop<'),
    ('appstream-summary', 'which machine program</summary>', 'which program.</summary>'),
    ('appstream-missing-developer-name', '<developer id="io.github.pegboard">', '<developer>'),
    ('metainfo-launchable-tag-wrong-value', 'Pegboard.desktop<', 'Board.desktop<'),
    ('metainfo-icon', '</launchable>', '</launchable><icon type="stock">x</icon>'),
    ('content-rating-missing', 'oars-1.1', 'oars-0.9'),
    ('branding', 'scheme_preference="dark"', ''),
    ('urls', 'type="bugtracker"', 'type="faq"'),
    ('screenshots', 'type="default"', ''),
    ('screenshot-not-at-a-tag', '/v0.4.0/docs/', '/main/docs/'),
    ('screenshot-not-at-a-tag', 'https://raw.githubusercontent.com/pegboard/pegboard/', ''),
    ('releases', '<release version', '<release edition'),
    ('controls', '<control>touch</control>', ''),
    ('display-length', 'display_length', 'memory'),
    ('provides', '<binary>pegctl</binary>', ''),
]

DESKTOP_BREAKS = [
    ('desktop-file-icon-key-wrong-value', {'Icon': 'pegboard'}),
    ('desktop-file-exec', {'Exec': '/usr/bin/flatpak run x'}),
    ('desktop-file-is-hidden', {'NoDisplay': 'true'}),
    ('desktop-file-low-quality-category', {'Categories': 'GTK;GNOME;'}),
    ('desktop-file-launch', {'DBusActivatable': 'false'}),
]


def check_manifests(source):
    folder = os.path.join(source, 'flatpak')
    name = f'{lint.ID}.yml'
    manifest = yaml.safe_load(read(folder, name))
    devel = yaml.safe_load(read(folder, f'{lint.ID}.Devel.yml'))

    wrong = lint.lint_manifest(manifest, name)
    check(wrong == [], f'the release manifest keeps the rules {wrong or ""}')
    wrong = lint.lint_manifest(devel, f'{lint.ID}.Devel.yml', devel=True)
    check(wrong == [], f'the development manifest keeps the rules {wrong or ""}')
    check(devel['finish-args'] == manifest['finish-args'] and devel['cleanup'] == manifest['cleanup']
          and devel['runtime-version'] == manifest['runtime-version'],
          'both are given the same and leave out the same')

    for rule, change in MANIFEST_BREAKS:
        broken = copy.deepcopy(manifest)
        change(broken)
        wrong = lint.lint_manifest(broken, name)
        check(rule in wrong, f'found in a manifest: {rule}')

    git = manifest['modules'][-1]['sources'][0]
    if os.path.exists(os.path.join(source, '.git')):
        there = subprocess.run(['git', '-C', source, 'rev-parse', '-q', '--verify',
                                f'refs/tags/{git["tag"]}^{{commit}}'],
                               capture_output=True, text=True)
        check(there.returncode != 0 or there.stdout.strip() == git['commit'],
              'the commit is the one that the tag names, where the tag is known')
    return git['tag']


def check_data(source, build, version, tag):
    data = os.path.join(build, 'data')
    xml = read(data, f'{lint.ID}.metainfo.xml')

    wrong = lint.lint_metainfo(xml, lint.ID, version)
    check(wrong == [], f'the metainfo keeps the rules {wrong or ""}')
    check(f'version="{tag[1:]}"' in xml, 'what the manifest builds is a release')
    for rule, old, new in METAINFO_BREAKS:
        text = xml.replace(f'/v{version}/', '/v0.3.0/') if 'v0.3.0' in old else xml
        wrong = lint.lint_metainfo(text.replace(old, new), lint.ID, version)
        check(old in text and rule in wrong, f'found in the metainfo: {rule}')

    entry = read_group(read(data, f'{lint.ID}.desktop'), 'Desktop Entry')
    check(lint.lint_desktop(entry, lint.ID) == [], 'the desktop entry keeps the rules')
    for rule, change in DESKTOP_BREAKS:
        check(lint.lint_desktop({**entry, **change}, lint.ID) == [rule],
              f'found in a desktop entry: {rule}')

    group = read_group(read(data, f'{lint.ID}.search-provider.ini'), 'Shell Search Provider')
    check(lint.lint_search_provider(group, lint.ID) == [], 'the search provider is found')
    check(lint.lint_search_provider({**group, 'Version': '1'}, lint.ID) != [],
          'found in a search provider: another version')

    icons = os.path.join(source, 'data', 'icons', 'hicolor', 'scalable', 'apps')
    for name in (lint.ID, f'{lint.ID}.Devel'):
        text = read(icons, f'{name}.svg')
        check('width="128" height="128"' in text and '<image' not in text and 'href="http' not in text,
              f'the icon of {name} is a drawing of 128 by 128')


def main():
    source, build, version = sys.argv[1:4]
    tag = check_manifests(source)
    check_data(source, build, version, tag)
    print(f'1..{TESTS[0]}')
    sys.exit(1 if TESTS[1] else 0)


main()
