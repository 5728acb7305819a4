// Whether a cell awaits: then it has to run as an async function. tslab tells by an error of the compiler that `await (...)` and
// `for await` don't give, and would run those cells as if they didn't.
const ts = require("@tslab/typescript-for-tslab");

/** Whether something is awaited in a cell's source, functions and classes in it aside. */
function awaits(source) {
  const found = (node) => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return true;
    return ts.forEachChild(node, found) ?? false;
  };
  // as a module, in which `await` is no name
  return found(ts.createSourceFile("cell.ts", `export {};\n${source}`, ts.ScriptTarget.Latest));
}

module.exports = { awaits };
