/** Trees to the JSON form. */
import { assertNever } from '../assert.ts';
import type { Ast, AstOf, ChainStep, VariableDeclaration } from '../syntax/ast.ts';
import { operandsOf } from '../syntax/walk.ts';
import { usualForm } from './function-forms.ts';
import type { PqlJson, PqlJsonObject } from './pql-json.ts';
import { insideItem, methodReach, type Reach, wholeReach, withNames } from './reach.ts';
import { writeRule } from './write-time.ts';

/**
 * The JSON form of a tree; `readPqlJson` gives the same tree back.
 *
 * The fields of a node come in a fixed order, in a literal `value` last: clients look for `"value":"ID"}` after
 * `inSegment`. A missing node becomes a node `missing`, which cannot be read. Source: docs/pql-json.md.
 */
export function writePqlJson(ast: Ast): PqlJson {
  return writeNode(ast, wholeReach);
}

function writeNode(ast: Ast, reach: Reach): PqlJsonObject {
  switch (ast.kind) {
    case 'member':
      return { nodeType: 'fieldLookup', fieldName: ast.member.text, object: writeNode(ast.object, reach) };
    case 'call':
      return writeCall(ast, reach);
    case 'filter':
      return {
        nodeType: 'filter',
        from: writeNode(ast.array, reach),
        where: writeNode(ast.condition, insideItem(reach)),
      };
    case 'not':
      return apply('not', [writeNode(ast.operand, reach)]);
    case 'negate':
      return apply('-', [writeNode(ast.operand, reach)]);
    case 'logical':
      return apply(ast.operator, writeAll(operandsOf(ast), reach));
    case 'comparison':
    case 'arithmetic':
      return apply(ast.operator, writeAll([ast.left, ast.right], reach));
    case 'if':
      return apply('if', writeAll([ast.condition, ast.then, ast.otherwise], reach));
    case 'occurs': {
      const { fnName, params } = writeRule(ast.form, (node) => writeNode(node, reach));
      return apply(fnName, [writeNode(ast.subject, reach), ...params]);
    }
    case 'chain':
      return {
        nodeType: 'chain',
        array: writeNode(ast.array, reach),
        time: writeNode(ast.time, insideItem(reach)),
        steps: ast.steps.map((step) => writeStep(step, insideItem(reach))),
      };
    case 'select':
    case 'quantifier':
    case 'aggregate':
    case 'let':
    case 'lambda':
      return writeQuery(ast, reach);
    default:
      return writeLeaf(ast, reach);
  }
}

type Leaf = AstOf<
  | 'string'
  | 'number'
  | 'boolean'
  | 'null'
  | 'list'
  | 'objectLiteral'
  | 'name'
  | 'outer'
  | 'parameter'
  | 'context'
  | 'missing'
>;

function writeLeaf(ast: Leaf, reach: Reach): PqlJsonObject {
  switch (ast.kind) {
    case 'string':
      return literal('String', ast.value);
    case 'number':
      return literal(ast.isInteger ? 'Integer' : 'Double', ast.value);
    case 'boolean':
      return literal('Boolean', ast.value);
    case 'null':
      return literal('Null', null);
    case 'list':
      return literal('List', writeAll(ast.items, reach));
    case 'objectLiteral':
      return {
        nodeType: 'objectCreate',
        entries: ast.entries.map(({ key, value }) => ({ key, value: writeNode(value, reach) })),
      };
    case 'name':
      return writeName(ast.name, reach);
    case 'outer':
      return { nodeType: 'outerReference', levels: ast.levels };
    case 'parameter':
      // The mark tells `$1.country` from `country`, whose root is the same.
      return ast.position === 1
        ? { nodeType: 'parameterReference', position: 1, written: true }
        : { nodeType: 'parameterReference', position: ast.position };
    case 'context':
      return { nodeType: 'context', schema: ast.schema };
    case 'missing':
      return { nodeType: 'missing' };
    default:
      return assertNever(ast);
  }
}

/** A bare name: a variable where there is one of that name, else a field of what paths start at. */
function writeName(name: string, reach: Reach): PqlJsonObject {
  if (reach.names.has(name) || name === 'this') return { nodeType: 'varRef', varName: name };
  if (name === 'profile') return literal('XDMObject', 'profile');
  const root: PqlJsonObject = reach.isInItem
    ? { nodeType: 'itemReference' }
    : { nodeType: 'parameterReference', position: 1 };
  return { nodeType: 'fieldLookup', fieldName: name, object: root };
}

function writeCall({ name, receiver, arguments: given }: AstOf<'call'>, reach: Reach): PqlJsonObject {
  const isMethod = receiver !== null;
  const args = writeAll(given, isMethod ? methodReach(reach, name.text) : reach);
  const params = isMethod ? [writeNode(receiver, reach), ...args] : args;
  const form = isMethod ? 'method' : 'function';
  const shape = { count: params.length, startsWithSelect: params[0]?.['nodeType'] === 'select' };
  return usualForm(name.text, shape) === form
    ? apply(name.text, params)
    : { nodeType: 'fnApply', fnName: name.text, form, params };
}

function writeQuery(ast: AstOf<'select' | 'quantifier' | 'aggregate' | 'let' | 'lambda'>, reach: Reach): PqlJsonObject {
  switch (ast.kind) {
    case 'select':
      return { nodeType: 'select', variables: writeVariables(ast.variables, reach).variables };
    case 'quantifier':
      return apply(ast.quantifier, [{ nodeType: 'select', variables: writeVariables(ast.variables, reach).variables }]);
    case 'aggregate': {
      const { variables, inner } = writeVariables(ast.variables, reach);
      const body: PqlJsonObject = ast.expression === null ? {} : { body: writeNode(ast.expression, inner) };
      return { nodeType: 'aggregate', fnName: ast.operator, variables, ...body };
    }
    case 'let':
      return {
        nodeType: 'let',
        varName: ast.name.text,
        value: writeNode(ast.value, reach),
        body: writeNode(ast.body, withNames(reach, [ast.name.text])),
      };
    case 'lambda': {
      const names = ast.parameters.map(({ text }) => text);
      return {
        nodeType: 'fnCreate',
        params: names.map((varName) => ({ varName })),
        body: writeNode(ast.body, withNames(reach, names)),
      };
    }
    default:
      return assertNever(ast);
  }
}

/** The declarations, and the reach to the right of them. */
function writeVariables(
  declarations: readonly VariableDeclaration[],
  outer: Reach,
): { readonly variables: readonly PqlJsonObject[]; readonly inner: Reach } {
  const names = new Set(outer.names);
  const inner: Reach = { ...outer, names };
  const variables = declarations.map(({ name, array, where }) => {
    const from = writeNode(array, inner);
    names.add(name.text);
    const condition: PqlJsonObject = where === null ? {} : { where: writeNode(where, inner) };
    return { nodeType: 'varDecl', varName: name.text, from, ...condition };
  });
  return { variables, inner };
}

function writeStep({ label, what, where, when, count }: ChainStep, reach: Reach): PqlJsonObject {
  const rule = when === null ? null : writeRule(when, (node) => writeNode(node, reach));
  return {
    nodeType: 'chainStep',
    label: label.text,
    what: writeNode(what, reach),
    ...(where === null ? {} : { where: writeNode(where, reach) }),
    ...(rule === null ? {} : { when: apply(rule.fnName, rule.params) }),
    ...(count === null ? {} : { count: count.value }),
  };
}

function writeAll(nodes: readonly Ast[], reach: Reach): readonly PqlJsonObject[] {
  return nodes.map((node) => writeNode(node, reach));
}

function apply(fnName: string, params: readonly PqlJson[]): PqlJsonObject {
  return { nodeType: 'fnApply', fnName, params };
}

function literal(literalType: string, value: PqlJson): PqlJsonObject {
  return { nodeType: 'literal', literalType, value };
}
