// SPDX-License-Identifier: GPL-3.0-or-later

// The page that one writes after that, with care: only what is on the screen is in
// the page, rows are used again, a change touches the one row that shows it, and a
// list is sorted by keys that were made once.

'use strict';

board.view = (() => {
  const HEIGHT = 36;
  const OVERSCAN = 6;
  // A browser gives up on longer elements (Chromium: 2²⁵ pixels); beyond it, the
  // scroll bar stands for more than a pixel.
  const MAX_HEIGHT = 30000000;
  const MEMBERS = ['filename', 'description', 'revision', 'size', 'modified_at', 'locked_by',
                   'locked_at'];
  const CLASSES = ['name', 'description', 'revision', 'size', 'modified', 'holder', 'since'];

  let rows = [];             // a group's name, or a file
  const byKey = new Map();   // key → where in rows
  const live = new Map();    // where in rows → element
  const spare = [];
  let scale = 1;
  let due = false;

  board.list.classList.add('virtual');
  const space = document.createElement('div');
  board.list.append(space);

  // “O12.nc” before “O123.nc”: numbers of one length compare as text.
  const sortKey = text => text.toLowerCase().replace(/\d+/g, digits => digits.padStart(12, '0'));

  function makeRow() {
    const element = document.createElement('div');
    element.className = 'row';
    element.cells = CLASSES.map(name => {
      const cell = document.createElement('span');
      cell.className = name;
      cell.append(document.createTextNode(''));
      element.append(cell);
      return cell.firstChild;
    });
    return element;
  }

  function fill(element, row) {
    const isGroup = typeof row === 'string';
    element.classList.toggle('group', isGroup);
    for (let i = 0; i < MEMBERS.length; i++) {
      const text = isGroup ? (i === 0 ? row : '') : String(row[MEMBERS[i]] ?? '');
      if (element.cells[i].data !== text)
        element.cells[i].data = text;
    }
  }

  function render() {
    due = false;
    const top = board.list.scrollTop;
    const offset = top * scale - top;
    const first = Math.max(0, Math.floor(top * scale / HEIGHT) - OVERSCAN);
    const last = Math.min(rows.length,
                          Math.ceil((top * scale + board.list.clientHeight) / HEIGHT) + OVERSCAN);

    for (const [at, element] of live) {
      if (at < first || at >= last) {
        live.delete(at);
        spare.push(element);
      }
    }
    for (let at = first; at < last; at++) {
      let element = live.get(at);
      if (element === undefined) {
        element = spare.pop();
        if (element === undefined) {
          element = makeRow();
          board.list.append(element);
        }
        live.set(at, element);
        fill(element, rows[at]);
      }
      element.style.transform = `translateY(${at * HEIGHT - offset}px)`;
    }
    for (const element of spare)
      element.style.transform = 'translateY(-100px)';
  }

  function schedule() {
    if (!due) {
      due = true;
      requestAnimationFrame(render);
    }
  }

  board.list.addEventListener('scroll', schedule, { passive: true });

  return {
    setList(payload) {
      const sorted = Object.keys(payload).map(name => [sortKey(name), name]);
      sorted.sort((a, b) => a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
      rows = [];
      byKey.clear();
      for (const [, name] of sorted) {
        rows.push(`${name} (${payload[name].length})`);
        const files = payload[name].map(file => [sortKey(file.filename), file]);
        files.sort((a, b) => a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
        for (const [, file] of files) {
          byKey.set(file.id, rows.length);
          rows.push(file);
        }
      }
      const height = rows.length * HEIGHT;
      scale = Math.max(1, height / MAX_HEIGHT);
      space.style.height = `${height / scale}px`;
      for (const [at, element] of live) {
        live.delete(at);
        spare.push(element);
      }
      schedule();
    },
    change(files) {
      for (const file of files) {
        const at = byKey.get(file.id);
        rows[at] = file;
        const element = live.get(at);
        if (element !== undefined)
          fill(element, file);
      }
    },
    isListed: () => rows.length > 0,
    isLocked: key => Boolean(rows[byKey.get(key)]?.locked_by),
    shown: () => rows.slice(0, 12).filter(row => typeof row !== 'string').slice(0, 8)
      .map(file => [file.path, file.id]),
  };
})();
