/** The JSON form to trees. */
import { diagnose } from '../diagnostics/codes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/suggest.ts';
import type { Ast } from '../syntax/ast.ts';
import { formatExpression } from '../syntax/format.ts';
import { defaultParseLimits } from '../syntax/limits.ts';
import { parseExpression } from '../syntax/parser.ts';
import { sameTree } from '../syntax/walk.ts';
import { JsonReader, missingNode, noSpan, type ReadNode } from './json-reader.ts';
import { fieldOf, isJsonObject, type JsonSpot, pointerOf, wholeSpot } from './json-spot.ts';
import { type Reach, wholeReach } from './reach.ts';
import { readApply } from './read-apply.ts';
import { readLiteral, readObjectCreate } from './read-literals.ts';
import { readContext, readFieldLookup, readItem, readOuter, readParameter, readVariable } from './read-names.ts';
import { readAggregate, readChain, readFilter, readFunction, readLet, readSelect } from './read-queries.ts';

/** A tree and what was wrong with the JSON. Without diagnostics there is no `missing` in the tree. */
export interface PqlJsonResult {
  readonly ast: Ast;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The tree that a value in the JSON form describes, with all mistakes that were found in it.
 *
 * Never throws. Older spellings are taken too. Spans are empty; the messages name the place by a JSON pointer. Without
 * diagnostics, `formatExpression` gives a text that the parser reads as the same tree (its limits on length and
 * nesting apart). O(nodes). Source: docs/pql-json.md.
 */
export function readPqlJson(json: unknown): PqlJsonResult {
  const spot = wholeSpot(json);
  const plain = readWith(spot, { qualifyWords: false });
  if (plain.diagnostics.length > 0) return plain;
  const problem = textProblem(plain.ast);
  if (problem === null) return plain;
  // A field called `where` stands bare in few places; as `$1.where` it can stand in all.
  const qualified = readWith(spot, { qualifyWords: true });
  if (qualified.diagnostics.length === 0 && textProblem(qualified.ast) === null) return qualified;
  return { ast: plain.ast, diagnostics: [diagnose('json/no-text', noSpan, { why: problem })] };
}

function readWith(spot: JsonSpot, names: { readonly qualifyWords: boolean }): PqlJsonResult {
  const reader = new JsonReader(readNode, names);
  const ast = reader.read(spot, wholeReach);
  return { ast, diagnostics: reader.diagnostics };
}

/** Why the tree does not come back from its text; null when it does. */
function textProblem(ast: Ast): string | null {
  const limits = { ...defaultParseLimits, nestingDepthMax: defaultParseLimits.treeHeightMax };
  const unlimited = { textLengthMax: Number.POSITIVE_INFINITY, tokensMax: Number.POSITIVE_INFINITY };
  const again = parseExpression(formatExpression(ast), { ...limits, ...unlimited });
  const error = again.diagnostics.find(({ severity }) => severity === 'error');
  if (error !== undefined) return error.message;
  return sameTree(again.ast, ast) ? null : 'a word of the language is used as a name';
}

const nodeTypes: ReadonlyMap<string, ReadNode> = new Map<string, ReadNode>([
  ['fnApply', readApply],
  ['fieldLookup', readFieldLookup],
  ['literal', readLiteral],
  ['parameterReference', readParameter],
  ['varRef', readVariable],
  ['select', readSelect],
  ['set', readSelect],
  ['fnCreate', readFunction],
  ['itemReference', readItem],
  ['outerReference', readOuter],
  ['context', readContext],
  ['objectCreate', readObjectCreate],
  ['filter', readFilter],
  ['aggregate', readAggregate],
  ['let', readLet],
  ['chain', readChain],
]);

function readNode(spot: JsonSpot, reach: Reach, reader: JsonReader): Ast {
  if (!isJsonObject(spot.value)) return reader.reportType(spot, 'an object with a `nodeType`');
  const name = reader.text(spot, 'nodeType');
  const read = nodeTypes.get(name);
  if (read !== undefined) return read(spot, reach, reader);
  if (typeof fieldOf(spot, 'nodeType').value === 'string') {
    const nearest = nearestName(name, nodeTypes.keys());
    reader.report('json/unknown-node', { name, nearest, place: pointerOf(spot) });
  }
  return missingNode;
}
