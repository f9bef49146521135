# SPDX-License-Identifier: GPL-3.0-or-later
"""What Flathub's linter and its reviewers look at, as far as that needs no network.

Each rule is a word, close to the one that Flathub uses, so that it can be looked up:
https://docs.flathub.org/docs/for-app-authors/linter"""

import re
import xml.etree.ElementTree as ElementTree

ID = 'io.github.pegboard.Pegboard'

# All that the sandbox is opened for: never one more, never one less.
PERMISSIONS = ['--share=network', '--share=ipc', '--socket=wayland', '--socket=fallback-x11',
               '--device=dri']

# https://docs.flatpak.org/en/latest/flatpak-builder-command-reference.html
TOP_KEYS = {'id', 'runtime', 'runtime-version', 'sdk', 'command', 'finish-args', 'add-extensions',
            'cleanup', 'cleanup-commands', 'modules', 'build-options', 'separate-locales'}
MODULE_KEYS = {'name', 'buildsystem', 'run-tests', 'config-opts', 'test-rule', 'test-commands',
               'sources', 'cleanup', 'modules', 'builddir', 'build-options'}
SOURCE_KEYS = {'git': {'type', 'url', 'tag', 'commit'},
               'archive': {'type', 'url', 'sha256'},
               'dir': {'type', 'path', 'skip'}}

# Categories that say how a program is made, and not what it is for.
TOOLKITS = {'GTK', 'Qt', 'KDE', 'GNOME', 'Motif', 'Java', 'Application', 'XFCE', 'DDE'}

LICENSES = {'CC0-1.0', 'FSFAP', 'MIT', '0BSD', 'CC-BY-4.0', 'CC-BY-SA-4.0'}


def all_modules(modules):
    for module in modules:
        yield module
        yield from all_modules(module.get('modules', []))


def lint_source(source, devel):
    kind = source.get('type')
    if kind not in SOURCE_KEYS:
        yield 'source-unknown-type'
        return
    if set(source) - SOURCE_KEYS[kind]:
        yield 'manifest-unknown-properties'
    if kind == 'dir':
        if not devel:
            yield 'source-not-pinned'
        return
    if not str(source.get('url', '')).startswith('https://'):
        yield 'source-url-not-https'
    if kind == 'git':
        if not re.fullmatch('[0-9a-f]{40}', str(source.get('commit', ''))):
            yield 'source-git-no-commit'
        if not source.get('tag'):
            yield 'source-git-no-tag'
    elif not re.fullmatch('[0-9a-f]{64}', str(source.get('sha256', ''))):
        yield 'source-no-sha256'


def lint_manifest(manifest, name, devel=False):
    """The rules that a manifest breaks; name is that of its file."""
    identity = ID + '.Devel' if devel else ID
    wrong = []

    if manifest.get('id') != identity or name != f'{identity}.yml':
        wrong.append('appid-filename-mismatch')
    if not re.fullmatch(r'[A-Za-z_][\w-]*(\.[A-Za-z_]\w*){2,}', manifest.get('id', '')):
        wrong.append('appid-invalid')
    if set(manifest) - TOP_KEYS:
        wrong.append('manifest-unknown-properties')
    if manifest.get('runtime') != 'org.gnome.Platform' or manifest.get('sdk') != 'org.gnome.Sdk':
        wrong.append('runtime-not-gnome')
    # Flathub lets the two last stable versions live; 49 went away with 51.
    if not isinstance(manifest.get('runtime-version'), str) \
            or not manifest['runtime-version'].isdigit() or int(manifest['runtime-version']) < 50:
        wrong.append('runtime-is-eol')
    if not manifest.get('command'):
        wrong.append('toplevel-no-command')
    elif '/' in manifest['command']:
        wrong.append('toplevel-command-is-path')

    arguments = manifest.get('finish-args', [])
    if sorted(arguments) != sorted(PERMISSIONS):
        wrong.append('finish-args')
    if 'network' in str(manifest.get('build-options', '')):
        wrong.append('build-network-access')
    if '/lib/debug' in manifest.get('cleanup', []):
        wrong.append('toplevel-cleanup-debug')
    if not manifest.get('cleanup'):
        wrong.append('no-cleanup')

    extension = manifest.get('add-extensions', {}).get(f'{identity}.SiteConfig', {})
    if extension.get('directory') != 'site' or extension.get('no-autodownload') is not True:
        wrong.append('site-extension')
    if 'mkdir -p ${FLATPAK_DEST}/site' not in manifest.get('cleanup-commands', []):
        wrong.append('site-extension')

    modules = list(all_modules(manifest.get('modules', [])))
    if not modules:
        wrong.append('toplevel-no-modules')
    for module in modules:
        if set(module) - MODULE_KEYS:
            wrong.append('manifest-unknown-properties')
        if 'network' in str(module.get('build-options', '')):
            wrong.append('build-network-access')
        if any(option.startswith(('--prefix', '-Dprefix', '--buildtype', '-Dbuildtype'))
               for option in module.get('config-opts', [])):
            wrong.append('module-redundant-options')
        if module['name'] == 'pegboard' and module.get('run-tests') is not True:
            wrong.append('no-run-tests')
        if not module.get('sources'):
            wrong.append('module-no-sources')
        for source in module.get('sources', []):
            wrong += lint_source(source, devel)

    return sorted(set(wrong))


def lint_metainfo(xml, identity, version):
    """The rules that the metainfo breaks."""
    root = ElementTree.fromstring(xml)
    wrong = []

    def text(path):
        return (root.findtext(path) or '').strip()

    if root.tag != 'component' or root.get('type') != 'desktop-application':
        wrong.append('appstream-unsupported-component-type')
    if text('id') != identity:
        wrong.append('appstream-id-mismatch-flatpak-id')
    if text('metadata_license') not in LICENSES:
        wrong.append('metadata-license')
    if text('project_license') != 'GPL-3.0-or-later':
        wrong.append('project-license')
    if not 0 < len(text('name')) <= 20:
        wrong.append('appstream-name-too-long')
    if not 10 <= len(text('summary')) <= 35 or text('summary').endswith('.'):
        wrong.append('appstream-summary')
    developer = root.find('developer')
    if developer is None or not developer.get('id') or not developer.findtext('name'):
        wrong.append('appstream-missing-developer-name')
    launchable = root.find('launchable')
    if launchable is None or launchable.get('type') != 'desktop-id' \
            or launchable.text != f'{identity}.desktop':
        wrong.append('metainfo-launchable-tag-wrong-value')
    # The composer of flatpak-builder takes the icon from the desktop entry and refuses
    # another one.
    if root.find('icon') is not None:
        wrong.append('metainfo-icon')
    if root.find('content_rating[@type="oars-1.1"]') is None:
        wrong.append('content-rating-missing')
    if {color.get('scheme_preference') for color in root.findall('branding/color')
            if re.fullmatch('#[0-9a-f]{6}', color.text or '')} != {'light', 'dark'}:
        wrong.append('branding')
    if {'homepage', 'bugtracker', 'vcs-browser'} - {url.get('type') for url in root.findall('url')} \
            or any(not (url.text or '').startswith('https://') for url in root.findall('url')):
        wrong.append('urls')
    if len(root.findall('description/p')) < 2:
        wrong.append('description')

    shots = root.findall('screenshots/screenshot')
    if not shots or [shot.get('type') for shot in shots].count('default') != 1:
        wrong.append('screenshots')
    for shot in shots:
        image = (shot.findtext('image') or '').strip()
        if not shot.findtext('caption') or (shot.findtext('caption') or '').endswith('.'):
            wrong.append('appstream-screenshot-missing-caption')
        # A branch moves, and a path is nowhere.
        if not re.fullmatch(r'https://\S+/v\d+\.\d+\.\d+/\S+\.png', image):
            wrong.append('screenshot-not-at-a-tag')

    releases = root.findall('releases/release')
    if not releases or releases[0].get('version') != version \
            or any(not re.fullmatch(r'\d{4}-\d\d-\d\d', release.get('date', ''))
                   or release.find('description') is None for release in releases):
        wrong.append('releases')
    if {'keyboard', 'pointing', 'touch'} - {control.text for control in
                                           root.findall('supports/control')
                                           + root.findall('recommends/control')}:
        wrong.append('controls')
    if all(root.find(f'{kind}/display_length') is None for kind in ('requires', 'recommends')):
        wrong.append('display-length')
    if {'pegboard', 'pegboardd', 'pegctl'} - {binary.text for binary
                                             in root.findall('provides/binary')}:
        wrong.append('provides')

    return sorted(set(wrong))


def lint_desktop(entry, identity):
    """The rules that the desktop entry breaks: entry is its one group."""
    wrong = []

    if entry.get('Icon') != identity:
        wrong.append('desktop-file-icon-key-wrong-value')
    if entry.get('Exec', '').split(' ')[0] != 'pegboard':
        wrong.append('desktop-file-exec')
    if entry.get('NoDisplay') == 'true' or entry.get('Hidden') == 'true':
        wrong.append('desktop-file-is-hidden')
    if not set(entry.get('Categories', '').strip(';').split(';')) - TOOLKITS - {''}:
        wrong.append('desktop-file-low-quality-category')
    if entry.get('DBusActivatable') != 'true' or entry.get('Terminal') == 'true':
        wrong.append('desktop-file-launch')

    return wrong


def lint_search_provider(group, identity):
    """The rules that the description of the search provider breaks."""
    wanted = {'DesktopId': f'{identity}.desktop', 'BusName': identity, 'Version': '2',
              'ObjectPath': f'/{identity.replace(".", "/")}/SearchProvider'}
    return [] if dict(group) == wanted else ['search-provider']
