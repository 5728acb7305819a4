import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";
import { takingOptions } from "./bad-input/unknown-options.js";

const root = join(__dirname, "../../..");
const sources = ["capture/src", "lib/src"].map((folder) => join(root, folder));
const indices = sources.map((src) => join(src, "index.ts"));
const config = ts.getParsedCommandLineOfConfigFile(
  join(root, "lib/tsconfig.json"),
  { noEmit: true },
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => assert.fail("lib/tsconfig.json can't be read") },
);
const program = ts.createProgram(indices, { ...config!.options, rootDir: root });
const checker = program.getTypeChecker();

/** The symbol itself of one that was imported or exported again. */
const original = (symbol: ts.Symbol) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
const hasTag = (symbol: ts.Symbol, name: string) => symbol.getJsDocTags(checker).some((tag) => tag.name === name);

/** What a module exports, and what its namespaces do. */
const exportsOf = (module: ts.Symbol): ts.Symbol[] =>
  checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = original(exported);
    return symbol.flags & ts.SymbolFlags.ValueModule ? exportsOf(symbol) : [symbol];
  });

/** Every function that the two packages export, with its implementation. */
const functions = [
  ...new Set(indices.flatMap((index) => exportsOf(checker.getSymbolAtLocation(program.getSourceFile(index)!)!))),
].flatMap((symbol) => {
  const declaration = symbol.declarations?.filter(ts.isFunctionDeclaration).find(({ body }) => body);
  if (!declaration) return [];
  const file = declaration.getSourceFile();
  const line = file.getLineAndCharacterOfPosition(declaration.getStart()).line + 1;
  return [{ symbol, body: declaration.body!, at: `${file.fileName.slice(root.length + 1)}:${line} ${symbol.name}` }];
});

/**
 * What throws while a function runs: a `throw`, or a call of one of this library's functions that says it throws;
 * undefined for none.
 */
function thrower(node: ts.Node): string | undefined {
  if (ts.isThrowStatement(node)) return "throw";
  // what is caught may be told in another way
  if (ts.isTryStatement(node) && node.catchClause) return ts.forEachChild(node.catchClause, thrower);
  // a function made here runs later, unless it is given to a call such as map
  if (ts.isFunctionLike(node) && !ts.isCallExpression(node.parent)) return undefined;
  if (ts.isCallExpression(node)) {
    const symbol = checker.getSymbolAtLocation(node.expression);
    const called = symbol && original(symbol);
    const file = called?.valueDeclaration?.getSourceFile().fileName;
    const own = sources.some((src) => file?.startsWith(src));
    if (own && hasTag(called!, "throws")) return called!.name;
  }
  return ts.forEachChild(node, thrower);
}

test("every public function has a description", () => {
  assert.ok(functions.length > 200, `${functions.length}`);
  const without = functions.filter(({ symbol }) => symbol.getDocumentationComment(checker).length === 0);
  assert.deepEqual(
    without.map(({ at }) => at),
    [],
  );
});

/** Calls that can't throw where they stand: these functions look first, or know what they give. */
const SAFE = ["templates: template", "rankModels: friedman"];

test("every public function that throws says when", () => {
  const silent = functions.filter(({ symbol }) => !hasTag(symbol, "throws"));
  const throwing = silent.flatMap(({ at, body }) => {
    const by = thrower(body);
    return by ? [`${at}: ${by}`] : [];
  });
  const safe = (line: string) => SAFE.some((known) => line.endsWith(` ${known}`));
  assert.deepEqual(
    throwing.filter((line) => !safe(line)),
    [],
  );
  assert.equal(throwing.filter(safe).length, SAFE.length, "SAFE names calls that are gone");
});

test("every public function that takes options is among those whose unknown options are refused", () => {
  const named = /^(?:options|choice)$/;
  const taking = functions.flatMap(({ symbol, body }) => {
    const { parameters } = body.parent as ts.FunctionDeclaration;
    const optional = parameters.some((parameter) => {
      const type = checker.getNonNullableType(checker.getTypeAtLocation(parameter));
      const keys = type.isUnion() ? [] : checker.getPropertiesOfType(type);
      return named.test(parameter.name.getText()) && keys.some(({ flags }) => flags & ts.SymbolFlags.Optional);
    });
    return optional ? [symbol.name] : [];
  });
  assert.ok(taking.length > 50, `${taking.length}`);
  const known = Object.keys(takingOptions(""));
  assert.deepEqual(
    taking.filter((name) => !known.includes(name)),
    [],
  );
});
