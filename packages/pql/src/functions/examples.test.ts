import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyzeExpression } from '../analyze.ts';
import type { RegexEngine } from '../closures/closure.ts';
import { compileClosure } from '../closures/compile.ts';
import { builtInSchema } from '../types/built-in.ts';
import { functionRegistry } from './registry.ts';

/** Patterns of JavaScript, with the one RE2 flag that the examples use. */
const regex: RegexEngine = {
  compile(text) {
    const isInsensitive = text.startsWith('(?i)');
    const pattern = new RegExp(isInsensitive ? text.slice(4) : text, isInsensitive ? 'iu' : 'u');
    const groupCount = (new RegExp(`${pattern.source}|`).exec('')?.length ?? 1) - 1;
    return {
      pattern: {
        groupCount,
        test: (input) => pattern.test(input),
        group: (input, index) => pattern.exec(input)?.[index] ?? null,
      },
    };
  },
};

for (const [name, { examples }] of functionRegistry) {
  for (const { pql, value } of examples) {
    test(`the example \`${pql}\` of \`${name}\` has its value`, () => {
      const { checked, diagnostics } = analyzeExpression(pql, builtInSchema, { regex });
      assert.deepEqual(diagnostics, []);
      assert.ok(checked !== null);
      assert.deepEqual(compileClosure(checked, { asOf: 0, regex })({}), value);
    });
  }
}

test('every function has an example, except those whose value differs from day to day', () => {
  const without = [...functionRegistry].flatMap(([name, { examples }]) => (examples.length === 0 ? [name] : []));
  assert.deepEqual(without, ['currentYear', 'currentMonth', 'currentDayOfMonth']);
});
