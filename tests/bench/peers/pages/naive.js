// SPDX-License-Identifier: GPL-3.0-or-later

// The page that one writes first: what is known is kept, and whatever happens, all
// of it is written into the page anew.

'use strict';

board.view = (() => {
  let groups = {};
  const byKey = new Map();

  const escape = text => String(text ?? '').replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);

  const byName = new Intl.Collator(undefined, { numeric: true });

  function fileRow(file) {
    return `<div class="row"><span class="name">${escape(file.filename)}</span>` +
      `<span class="description">${escape(file.description)}</span>` +
      `<span class="revision">${escape(file.revision)}</span>` +
      `<span class="size">${escape(file.size)}</span>` +
      `<span class="modified">${escape(file.modified_at)}</span>` +
      `<span class="holder">${escape(file.locked_by)}</span>` +
      `<span class="since">${escape(file.locked_at)}</span></div>`;
  }

  function render() {
    const names = Object.keys(groups).sort(byName.compare);
    board.list.innerHTML = names.map(name =>
      `<div class="row group">${escape(name)} (${groups[name].length})</div>` +
      groups[name].map(fileRow).join('')).join('');
  }

  return {
    setList(payload) {
      groups = payload;
      byKey.clear();
      for (const files of Object.values(groups)) {
        files.sort((a, b) => byName.compare(a.filename, b.filename));
        for (const file of files)
          byKey.set(file.id, file);
      }
      render();
    },
    change(files) {
      for (const file of files) {
        const known = byKey.get(file.id);
        for (const member of Object.keys(known))
          delete known[member];
        Object.assign(known, file);
      }
      render();
    },
    isListed: () => byKey.size > 0,
    isLocked: key => Boolean(byKey.get(key)?.locked_by),
    shown() {
      const names = Object.keys(groups).sort(byName.compare);
      return names.flatMap(name => groups[name]).slice(0, 8).map(file => [file.path, file.id]);
    },
  };
})();
