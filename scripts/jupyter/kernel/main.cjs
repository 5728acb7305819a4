// The TypeScript kernel: tslab's parts, started with what they lack. scripts/setup.py names this file in the kernel's
// specification.
//   - names of earlier cells work in shorthand and in destructuring too (names.cjs), and all that awaits waits (await.cjs)
//   - everything that a cell prints arrives, in order (output.cjs)
//   - what a cell ends with is shown in a screen at most (last.cjs)
//   - mistakes read like one or two lines (messages.cjs)
//   - the stop button stops what runs, and what the cell had so far is kept (stop.cjs, kept.cjs)
const { mendNames } = require("./names.cjs");

mendNames();

const { createConverter } = require("tslab/dist/converter.js");
const { createExecutor } = require("tslab/dist/executor.js");
const { JupyterHandlerImpl, ZmqServer } = require("tslab/dist/jupyter.js");
const { awaits } = require("./await.cjs");
const { keepingDeclarations } = require("./kept.cjs");
const { showLast } = require("./last.cjs");
const { errorText, isStop, shortened } = require("./messages.cjs");
const { gathered, onceBound } = require("./output.cjs");
const { stoppable } = require("./stop.cjs");

function makeExecutor() {
  let executor = null;
  const node = createConverter({ isJS: false, isBrowser: false });
  const ended = keepingDeclarations(node, () => executor.locals);
  const { convert } = node;
  node.convert = (earlier, source) => {
    const converted = convert(earlier, source);
    const hasToplevelAwait = converted.hasToplevelAwait || awaits(source);
    return { ...converted, hasToplevelAwait, diagnostics: shortened(converted.diagnostics) };
  };
  let browser = null;
  const converters = {
    node,
    get browser() {
      browser ??= createConverter({ isJS: false, isBrowser: true });
      return browser;
    },
    close() {
      node.close();
      browser?.close();
    },
  };
  let shown = null;
  const say = {
    log: (value) => {
      shown = showLast(value, console.log); // tslab's executor logs nothing else
    },
    error: (...args) => {
      if (isStop(args[0])) executor.stopped?.();
      console.error(...(args.length === 1 ? [errorText(args[0])] : args));
    },
  };
  executor = createExecutor(process.cwd(), converters, say);
  const { execute } = executor;
  executor.execute = async (source) => {
    const succeeded = await execute(source);
    const showing = shown;
    shown = null; // of this cell alone, whatever comes of it
    await showing;
    ended(succeeded);
    return succeeded;
  };
  return executor;
}

// what a notebook keeps of the language (dms_ntm_jupyter/tidy.py): where it says anything else, JupyterLab asks to save it
const LANGUAGE = { name: "typescript", mimetype: "text/typescript", file_extension: ".ts" };

class Handler extends JupyterHandlerImpl {
  handleKernel() {
    return { ...super.handleKernel(), language_info: LANGUAGE };
  }

  async handleExecute(request, writeStream, writeDisplayData) {
    const printed = gathered(writeStream);
    const display = (content, update) => {
      printed.flush();
      writeDisplayData(content, update);
    };
    try {
      return await super.handleExecute(request, printed.write, display);
    } finally {
      printed.flush();
    }
  }
}

class Server extends ZmqServer {
  sockets = {};
}
for (const name of ["iopub", "shell", "control", "stdin", "hb"])
  Object.defineProperty(Server.prototype, name, {
    get() {
      return this.sockets[name];
    },
    set(socket) {
      // of a loop's many messages it would drop those that it can't hold
      if (name === "iopub") socket.sendHighWaterMark = 0;
      this.sockets[name] = onceBound(socket);
    },
  });

function start(connectionFile) {
  const executor = stoppable(makeExecutor());
  const server = new Server(new Handler(executor, false), connectionFile);
  process.on("uncaughtException", (error) => console.error(errorText(error)));
  process.on("unhandledRejection", (reason) => console.error(`in a promise that nobody awaits: ${errorText(reason)}`));
  server.init().catch((error) => {
    console.error(`the kernel can't listen where ${connectionFile} says: ${error.message}`);
    process.exit(1);
  });
}

module.exports = { makeExecutor };

if (require.main === module) start(process.argv[2]);
