// SPDX-License-Identifier: GPL-3.0-or-later

// What both pages have in common: the socket, and what run-peers.py asks for. The
// page is chosen by the address: ?page=naive or ?page=virtual; with &server=… it
// connects at once.
//
// Painted is a task that follows the frame in which it is so: style, layout and
// painting are done then on the main thread; what the compositor and the raster
// threads still have to do is not counted.

'use strict';

const LATE_MS = 25;

const board = { list: document.getElementById('list'), view: null, wanted: [], server: null };

const now = () => Math.round((performance.timeOrigin + performance.now()) * 1000);

function painted() {
  return new Promise(resolve => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => resolve(now());
    channel.port2.postMessage(0);
  }));
}

// Answers whoever waits for something that has become so.
function check() {
  board.wanted = board.wanted.filter(wanted => {
    if (!wanted.isSo())
      return true;
    painted().then(wanted.resolve);
    return false;
  });
}

const until = isSo => new Promise(resolve => {
  board.wanted.push({ isSo, resolve });
  check();
});

async function fetchList() {
  const answer = await fetch(board.server + '/files', { headers: { 'Prefer': 'return=minimal' } });
  board.view.setList(await answer.json());
  check();
}

function receive(message) {
  if (message.type === 'FILE_LIST_UPDATED')
    board.view.setList(message.payload);
  else if (message.type === 'FILES_CHANGED')
    board.view.change(message.changed);
  else if (message.type === 'update_requested')
    fetchList();
  check();
}

// For run-peers.py

const peer = {
  connect(server) {
    board.server = server;
    const socket = new WebSocket(server.replace('http', 'ws') + '/ws?user=bench', 'pegboard.1');
    socket.onopen = () => socket.send(JSON.stringify(
      { type: 'hello', client: 'page', user: 'bench', topics: ['files'] }));
    socket.onmessage = event => receive(JSON.parse(event.data));
    return until(() => board.view.isListed());
  },

  shown: () => board.view.shown(),

  watch: (key, locked) => until(() => board.view.isLocked(key) === locked),

  scroll(frames, step) {
    return new Promise(resolve => {
      let n = 0, late = 0, framed = 0;
      const frame = () => {
        const at = performance.now();
        late += framed > 0 && at - framed > LATE_MS;
        framed = at;
        const bottom = board.list.scrollHeight - board.list.clientHeight;
        const next = board.list.scrollTop + step;
        board.list.scrollTop = next > bottom ? 0 : next;
        if (++n < frames)
          requestAnimationFrame(frame);
        else
          resolve({ frames: n, late });
      };
      requestAnimationFrame(frame);
    });
  },
};

addEventListener('error', event => { peer.broken = event.message; });
addEventListener('unhandledrejection', event => { peer.broken = String(event.reason); });

const options = new URLSearchParams(location.search);
const script = document.createElement('script');
script.src = options.get('page') + '.js';
script.onload = () => {
  peer.ready = true;
  if (options.has('server'))
    peer.started = peer.connect(options.get('server'));
};
document.body.append(script);
