// What a cell had declared before it was stopped or failed. tslab forgets it, with what the same names meant before:
// here it is kept, so that the losses of a training that was stopped can be looked at in the next cell.
const ts = require("@tslab/typescript-for-tslab");

const printer = ts.createPrinter({ newLine: ts.NewLineKind.LineFeed });

/**
 * Declarations of a .d.ts text, by name, each as a statement of its own; a name may have several, e.g. of an overloaded
 * function.
 */
function declarations(text) {
  const file = ts.createSourceFile("cell.d.ts", text, ts.ScriptTarget.Latest, true);
  const found = new Map();
  const add = (name, statement) => found.set(name, [...(found.get(name) ?? []), statement]);
  const print = (node) => printer.printNode(ts.EmitHint.Unspecified, node, file);
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement)) {
      const keyword = statement.declarationList.flags & ts.NodeFlags.Const ? "const" : "let";
      for (const variable of statement.declarationList.declarations)
        add(variable.name.getText(), `declare ${keyword} ${print(variable)};`);
    } else if (ts.isImportDeclaration(statement)) {
      const from = statement.moduleSpecifier.getText();
      const type = statement.importClause?.isTypeOnly ? "type " : "";
      const { name, namedBindings } = statement.importClause ?? {};
      if (name) add(name.text, `import ${type}${name.text} from ${from};`);
      if (namedBindings && ts.isNamespaceImport(namedBindings))
        add(namedBindings.name.text, `import ${type}${print(namedBindings)} from ${from};`);
      else
        for (const element of namedBindings?.elements ?? [])
          add(element.name.text, `import ${type}{ ${print(element)} } from ${from};`);
    } else if (statement.name) add(statement.name.text, print(statement));
  }
  return found;
}

/**
 * @param earlier .d.ts text before the cell
 * @param whole .d.ts text that a whole cell would have left
 * @param had values by name before the cell
 * @param values by name after it; those that the cell has given no value get back their earlier one
 * @returns .d.ts text of what there is
 */
function keptDeclarations(earlier, whole, had, values) {
  const [before, after] = [declarations(earlier), declarations(whole)];
  const isType = (statements) =>
    statements.every((statement) => /^(?:export )?(?:declare )?(?:interface|type)\b|^import type\b/.test(statement));
  const kept = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [old, own] = [before.get(name), after.get(name)];
    if (own && (isType(own) || values[name] !== undefined)) kept.push(...own);
    else if (old) {
      kept.push(...old);
      if (own) values[name] = had[name];
    }
  }
  return `${kept.join("\n")}\n`;
}

/**
 * Has tslab's converter and executor keep what a failed cell had declared.
 *
 * @param converter tslab's, changed in place
 * @param locals values by name; at the time of the call the executor isn't there yet
 * @returns to be called after each cell with whether it succeeded
 */
function keepingDeclarations(converter, locals) {
  let kept = null; // instead of what the executor knows, until a cell succeeds
  let cell = null;
  const { convert, inspect, complete } = converter;
  converter.convert = (earlier, source) => {
    const previous = kept ?? earlier;
    const converted = convert(previous, source);
    cell =
      converted.diagnostics.length === 0 ? { previous, whole: converted.declOutput ?? "", had: { ...locals() } } : null;
    return converted;
  };
  converter.inspect = (earlier, ...rest) => inspect(kept ?? earlier, ...rest);
  converter.complete = (earlier, ...rest) => complete(kept ?? earlier, ...rest);
  return (succeeded) => {
    if (cell) kept = succeeded ? null : keptDeclarations(cell.previous, cell.whole, cell.had, locals());
    cell = null;
  };
}

module.exports = { declarations, keepingDeclarations };
