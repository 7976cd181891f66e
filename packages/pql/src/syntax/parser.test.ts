import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ast } from './ast.ts';
import { formatExpression } from './format.ts';
import { parseExpression } from './parser.ts';

/** The tree without spans, in which the kind of every node can be seen. */
function treeOf(text: string): unknown {
  const { ast, diagnostics } = parseExpression(text);
  assert.deepEqual(diagnostics, [], text);
  return JSON.parse(JSON.stringify(ast, (key, value: unknown) => (key === 'span' ? undefined : value)));
}

/** The same tree as that of a text with all its brackets. */
function checkGrouping(text: string, bracketed: string): void {
  assert.deepEqual(treeOf(text), treeOf(bracketed), text);
}

function checkTree(text: string, expected: unknown): void {
  assert.deepEqual(treeOf(text), expected);
}

function parsed(text: string): Ast {
  const { ast, diagnostics } = parseExpression(text);
  assert.deepEqual(diagnostics, [], text);
  return ast;
}

const name = (text: string): unknown => ({ kind: 'name', name: text });
const number = (value: number): unknown => ({ kind: 'number', value, isInteger: true });

test('strings are read in both quotes with their escapes', () => {
  checkTree('"a\\"b\\n\\u0041"', { kind: 'string', value: 'a"b\nA' });
  checkTree("'it\\'s'", { kind: 'string', value: "it's" });
});

test('a backslash that begins no escape stays', () => {
  checkTree('"@(\\w+)\\u12"', { kind: 'string', value: '@(\\w+)\\u12' });
});

test('numbers are read in all their forms', () => {
  for (const [text, value] of [
    ['4.5', 4.5],
    ['.45', 0.45],
    ['2.02E12', 2.02e12],
    ['2.02e-12', 2.02e-12],
  ] as const) {
    checkTree(text, { kind: 'number', value, isInteger: false });
  }
  checkTree('42', number(42));
});

test('parameters, context objects and outer items are roots of paths', () => {
  checkTree('$2.a', { kind: 'member', object: { kind: 'parameter', position: 2 }, member: { text: 'a' } });
  checkTree('@{x;version=1}', { kind: 'context', schema: 'x;version=1' });
  checkTree('^^.a', { kind: 'member', object: { kind: 'outer', levels: 2 }, member: { text: 'a' } });
});

test('names have letters of every alphabet', () => checkTree('größe_2', name('größe_2')));

test('arithmetic binds tighter than comparison, comparison than not, not than and, and than or', () => {
  checkGrouping('a or b and not c = d + e * -f', 'a or (b and (not (c = (d + (e * (-f))))))');
  checkGrouping('a - b - c', '(a - b) - c');
  checkGrouping('a and b or c and d', '(a and b) or (c and d)');
  checkGrouping('-a.b', '-(a.b)');
});

test('not binds to the comparison after it', () => {
  checkGrouping('not a = b', 'not (a = b)');
  checkGrouping('!a occurs today and b', '(!(a occurs today)) and b');
  checkGrouping('NOT(a) AND b', '(not a) and b');
  checkGrouping('if(not a.b, 1, -2)', 'if((not (a.b)), 1, (-2))');
});

test('keywords are read in any case', () => {
  checkGrouping('a OR B AND NOT c NOTIN [1]', 'a or (B and (not (c notIn [1])))');
  checkGrouping('SELECT E FROM a WHERE TRUE', 'select E from a where true');
});

test('after a dot every word is a field', () => {
  for (const word of ['and', 'in', 'not', 'select', 'true', 'from', 'occurs', 'last', 'sum', 'if']) {
    checkTree(`a.${word}`, { kind: 'member', object: name('a'), member: { text: word } });
    checkTree(`a.${word}()`, { kind: 'call', name: { text: word }, receiver: name('a'), arguments: [] });
  }
});

test('a keyword is the root of a path where a dot or a comparison follows', () => {
  for (const word of ['and', 'in', 'not', 'select', 'from', 'occurs', 'last', 'sum', 'if', 'let', 'where', 'exists']) {
    checkTree(`${word}.a`, { kind: 'member', object: name(word), member: { text: 'a' } });
    checkTree(`${word} = 1`, { kind: 'comparison', operator: '=', left: name(word), right: number(1) });
  }
});

test('a keyword that begins a form is a name where the form does not go on', () => {
  for (const word of ['select', 'exists', 'forall', 'let', 'sum', 'min', 'max', 'if', 'chain', 'last', 'now']) {
    checkTree(word, name(word));
    checkTree(`${word} and a`, { kind: 'logical', operator: 'and', left: name(word), right: name('a') });
    checkTree(`${word}[a]`, { kind: 'filter', array: name(word), condition: name('a') });
  }
  checkGrouping('min - 1', '(min) - 1');
});

test('a query reaches as far as it can', () => {
  checkGrouping('a and exists E from b where c or d', 'a and (exists E from b where (c or d))');
  checkGrouping('not exists E from b where c and d', 'not (exists E from b where (c and d))');
});

test('a comma goes on with the variables only before a name and from', () => {
  checkGrouping('exists E from a where c, I from E.b', 'exists E from a where (c), I from (E.b)');
  checkGrouping('if(exists E from a where c, 1, 2)', 'if((exists E from a where c), 1, 2)');
  checkGrouping('[select A from a, B from b, c]', '[(select A from a, B from b), c]');
});

test('a colon stands for where', () => checkGrouping('exists E from a : E.b', 'exists E from a where E.b'));

test('an aggregate has a short form without an expression', () => {
  const array = name('a');
  const variables = [{ name: { text: 'X' }, array, where: null }];
  checkTree('sum X from a', { kind: 'aggregate', operator: 'sum', expression: null, variables });
  checkTree('max (X) over X from a', { kind: 'aggregate', operator: 'max', expression: name('X'), variables });
});

test('the in of a let is the first outside brackets', () => {
  checkGrouping('let S = a in S in [1]', 'let S = (a) in (S in [1])');
  checkGrouping('let S = (a in b) in c', 'let S = ((a in b)) in (c)');
  checkGrouping('let S = f(a in b) in c', 'let S = (f(a in b)) in (c)');
});

test('lambdas have named parameters', () => {
  const parameters = [{ text: 'K' }, { text: 'G' }];
  checkTree('(K, G) => K', { kind: 'lambda', parameters, body: name('K') });
  checkGrouping('a.map((K) => K.b)', 'a.map(((K) => (K.b)))');
});

test('every form of occurs is read', () => {
  const form = (text: string): unknown => {
    const ast = parsed(text);
    assert.equal(ast.kind, 'occurs');
    return ast.kind === 'occurs'
      ? JSON.parse(JSON.stringify(ast.form, (key, part) => (key === 'span' ? undefined : part)))
      : null;
  };
  const now = { kind: 'named', name: 'now' };
  const expression = { kind: 'expression', expression: { kind: 'member', object: name('b'), member: { text: 't' } } };
  const amount = number(3);
  const distance = { kind: 'distance', operator: '<=', amount, unit: 'century', direction: 'from', reference: now };
  const lastWeek = { kind: 'calendar', which: 'last', unit: 'week' };
  assert.deepEqual(form('a occurs <= 3 centuries from now'), distance);
  assert.deepEqual(form('a occurs before b.t'), { kind: 'side', direction: 'before', reference: expression });
  assert.deepEqual(form('a occurs on b.t'), { kind: 'on', reference: expression });
  assert.deepEqual(form('a occurs Last Week'), { kind: 'on', reference: lastWeek });
  assert.deepEqual(form('a occurs between now and last weeks'), { kind: 'between', from: now, to: lastWeek });
});

test('millennium may be misspelt as in print', () =>
  checkGrouping('a occurs this millenium', 'a occurs this millennium'));

test('a time word in parentheses or before a dot is a field', () => {
  assert.equal(formatExpression(parsed('a occurs after (today)')), 'a occurs after (today)');
  assert.equal(formatExpression(parsed('a occurs last.date')), 'a occurs on last.date');
  assert.equal(formatExpression(parsed('a occurs before.date')), 'a occurs on before.date');
});

test('the clauses of a chain step are read in any order', () => {
  checkGrouping(
    'CHAIN(xEvent, timestamp, [A: what(a) COUNT(2) WHEN(today) where(b), B: WHAT(c)])',
    'chain(xEvent, timestamp, [A: WHAT(a) WHERE(b) WHEN(today) COUNT(2), B: WHAT(c)])',
  );
});

test('a span covers the text of its node without the brackets around it', () => {
  const text = ' (a + b) * c.d(1) ';
  const spans: string[] = [];
  const visit = (ast: Ast): void => {
    spans.push(text.slice(ast.span.start, ast.span.end));
    if (ast.kind === 'arithmetic') [ast.left, ast.right].map(visit);
  };
  visit(parsed(text));
  assert.deepEqual(spans, ['(a + b) * c.d(1)', 'a + b', 'a', 'b', 'c.d(1)']);
});
