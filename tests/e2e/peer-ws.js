// SPDX-License-Identifier: GPL-3.0-or-later
//
// A broadcaster on the npm package “ws”, driven by test-interop.py:
//
//   node peer-ws.js LIST.json
//
// Sends the list to every socket, does what the lines of its standard input say,
// and tells on its standard output what happened; both are JSON, one object a line.

const fs = require('fs');
const readline = require('readline');
const { WebSocketServer } = require('ws');

const list = fs.readFileSync(process.argv[2], 'utf8');
const sockets = new Set();
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });

function tell(event, more) {
  process.stdout.write(JSON.stringify({ event, ...more }) + '\n');
}

function payload(size, binary) {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i < size; i++) {
    bytes[i] = binary ? i % 251 : 97 + i % 26;
  }
  return bytes;
}

// Sends messages of many sizes, and compares what comes back.
function echo(socket) {
  const sizes = [0, 1, 125, 126, 127, 65535, 65536, 1048576];
  const todo = sizes.flatMap((size) => [[size, false], [size, true]]);
  let good = 0;

  function next() {
    if (good === todo.length) {
      socket.close(1000);
      return;
    }
    const [size, binary] = todo[good];
    socket.send(payload(size, binary), { binary });
  }

  socket.on('message', (data, isBinary) => {
    const [size, binary] = todo[good];
    if (isBinary === binary && data.equals(payload(size, binary))) {
      good++;
      next();
    } else {
      socket.terminate();
    }
  });
  socket.on('close', () => tell('echo', { good, of: todo.length }));
  next();
}

const actions = {
  send: (socket, { text }) => socket.send(text),
  pieces: (socket, { texts }) =>
    texts.forEach((text, i) => socket.send(text, { fin: i === texts.length - 1 })),
  binary: (socket, { size }) => socket.send(payload(size, true)),
  ping: (socket) => socket.ping('are you there?'),
  close: (socket, { code, reason }) => socket.close(code, reason),
  end: (socket) => socket._socket.destroy(),
};

server.on('listening', () => tell('listening', { port: server.address().port }));
server.on('connection', (socket, request) => {
  if (request.url === '/echo') {
    echo(socket);
    return;
  }

  sockets.add(socket);
  tell('open', { url: request.url });
  socket.on('message', (data) => tell('text', { text: data.toString() }));
  socket.on('pong', (data) => tell('pong', { text: data.toString() }));
  socket.on('close', (code, reason) => {
    sockets.delete(socket);
    tell('close', { code, reason: reason.toString() });
  });
  for (let i = 0; i < 3; i++) {
    socket.send(list);
  }
});

readline.createInterface({ input: process.stdin })
  .on('line', (line) => {
    const command = JSON.parse(line);
    sockets.forEach((socket) => actions[command.do](socket, command));
  })
  .on('close', () => process.exit(0));
