// What a cell prints, on its way to Jupyter.
const FLUSH_AFTER = 30; // milliseconds: soon enough to be read as it comes, late enough to gather the lines of a loop
const FLUSH_AT = 1 << 16; // characters, so that one message never gets large

/**
 * Gathers text of one stream after the other. Jupyter's server passes on 1,000 messages a second at most, and a message
 * for each `console.log` of a loop is more than that.
 *
 * @param send takes the stream's name and a piece of text
 */
function gathered(send) {
  let stream = "stdout";
  let text = "";
  let timer = null;
  const flush = () => {
    clearTimeout(timer);
    timer = null;
    if (text === "") return;
    const whole = text;
    text = "";
    send(stream, whole);
  };
  const write = (name, piece) => {
    if (name !== stream) flush();
    stream = name;
    text += piece;
    if (text.length >= FLUSH_AT) flush();
    else timer ??= setTimeout(flush, FLUSH_AFTER);
  };
  return { write, flush };
}

/**
 * A zmq socket that waits with messages until it is bound. Under load others reach it before Node.js hears that it is, and
 * zeromq refuses to receive and to send until then: what reads from it would end for good.
 */
function onceBound(socket) {
  const early = [];
  let isBound = false;
  let tell = null;
  const bound = new Promise((resolve) => {
    tell = resolve;
  });
  // beside the socket, which can't be extended and whose methods can't be replaced
  const own = {
    get closed() {
      return socket.closed;
    },
    close: () => socket.close(),
    [Symbol.asyncIterator]: socket[Symbol.asyncIterator],
    async bind(address) {
      await socket.bind(address);
      isBound = true;
      for (const message of early) own.send(message);
      tell();
    },
    async send(message) {
      if (!isBound) early.push(message);
      else if (!socket.closed) await socket.send(message); // closed: nobody reads any more
    },
    async receive() {
      await bound;
      return socket.closed ? new Promise(() => undefined) : socket.receive();
    },
  };
  return own;
}

module.exports = { gathered, onceBound };
