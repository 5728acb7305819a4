// Names of earlier cells where tslab forgets them or takes them for something else.
//
// tslab keeps what a cell declares as properties of `exports`, and in later cells it turns every identifier that means
// such a name into `exports.name`. Two kinds of places come out wrong: shorthand, `({ curve })`, whose identifier means
// the property and not the variable, so that it stays as it is ("curve is not defined"); and names of properties whose
// type was declared in an earlier cell, `const { length: n } = curve`, which become `{ exports.length: n }`. Both are
// put right on the syntax tree before tslab sees it: the source stays as it was typed, and with it all positions of
// completions, documentation and errors.
const ts = require("@tslab/typescript-for-tslab");

/** tslab's file of declarations of earlier cells */
const EARLIER = /[\\/]__prev__\.d\.ts$/;

/**
 * @param checker the type checker of the program that the cell is compiled by
 * @returns a transformer for `emit`, to run before TypeScript's own
 */
function plainNames(checker) {
  const isEarlier = (symbol) =>
    symbol?.declarations?.some((declaration) => EARLIER.test(declaration.getSourceFile().fileName));
  return (context) => {
    const { factory } = context;
    // tslab asks the checker what an identifier means, and one that was made here it can't know: so it is left alone
    const unknown = (name) => (ts.isIdentifier(name) ? factory.createIdentifier(name.text) : name);
    const visit = (node) => {
      if (ts.isShorthandPropertyAssignment(node) && isEarlier(checker.getShorthandAssignmentValueSymbol(node))) {
        const kept = factory.createPropertyAccessExpression(factory.createIdentifier("exports"), unknown(node.name));
        const fallback = node.objectAssignmentInitializer; // ({ a = 1 } = options)
        const value = fallback ? factory.createAssignment(kept, ts.visitNode(fallback, visit)) : kept;
        return factory.createPropertyAssignment(unknown(node.name), value);
      }
      const inside = ts.visitEachChild(node, visit, context);
      if (ts.isPropertyAssignment(inside))
        return factory.updatePropertyAssignment(inside, unknown(inside.name), inside.initializer);
      if (ts.isBindingElement(inside) && inside.propertyName) {
        const { dotDotDotToken, propertyName, name, initializer } = inside;
        return factory.updateBindingElement(inside, dotDotDotToken, unknown(propertyName), name, initializer);
      }
      return inside;
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}

/** Has every program that tslab watches emit through `plainNames`. To be called before tslab's converter is loaded. */
function mendNames() {
  const createWatchProgram = (host) => {
    const created = host.afterProgramCreate;
    host.afterProgramCreate = (builder) => {
      const emit = builder.emit;
      builder.emit = (file, write, token, onlyTypes, custom, ...rest) => {
        const before = [...(custom?.before ?? []), plainNames(builder.getProgram().getTypeChecker())];
        return emit(file, write, token, onlyTypes, { ...custom, before }, ...rest);
      };
      created(builder);
    };
    return ts.createWatchProgram(host);
  };
  // the compiler's own exports can't be changed, so tslab gets a copy of them
  require.cache[require.resolve("@tslab/typescript-for-tslab")].exports = { ...ts, createWatchProgram };
}

module.exports = { mendNames };
