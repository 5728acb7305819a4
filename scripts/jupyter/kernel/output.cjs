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
 * Has a zmq socket send one message after the other: of two at once it refuses the second, and of many it would drop
 * those it can't hold.
 */
function inOrder(socket) {
  socket.sendHighWaterMark = 0;
  const send = socket.send.bind(socket);
  let last = Promise.resolve();
  socket.send = (message) => {
    last = last.then(() => send(message)).catch(() => undefined); // closed: nobody reads any more
    return last;
  };
  return socket;
}

module.exports = { gathered, inOrder };
