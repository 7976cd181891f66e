import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderFindings } from './finding.ts';
import { type Repository, repositoryOf } from './repository.ts';
import { type Rule, rules } from './rules.ts';
import { commentsOf } from './source-unit.ts';
import { findCasts } from './syntax-rules.ts';

/** Files that the samples share: two packages, of which one may import the other. */
const house: Readonly<Record<string, string>> = {
  'package.json': '{"scripts":{"test":"run"}}',
  'packages/pql/package.json': '{"exports":{".":"./src/index.ts"}}',
  'packages/pql/README.md': '# The language\n\nSee [the rules](../audience/README.md#rules-and-more).\n',
  'packages/pql/src/index.ts': "export { one } from './one.ts';\n",
  'packages/pql/src/one.ts': '/** One. */\nexport const one = 1;\n',
  'packages/audience/package.json': '{"exports":{".":"./src/index.ts"},"dependencies":{"@muster/pql":"*"}}',
  'packages/audience/README.md': '# Audiences\n\n## Rules, and `more`\n',
  'packages/audience/src/index.ts': "export { two } from './two.ts';\n",
  'packages/audience/src/two.ts': "import { one } from '@muster/pql';\n\n/** Two. */\nexport const two = one + 1;\n",
};

function sample(files: Readonly<Record<string, string>>): Repository {
  return repositoryOf(new Map(Object.entries({ ...house, ...files })));
}

/** The findings of `rule` in the house with `files`, as they are shown. */
function findingsOf(rule: Rule, files: Readonly<Record<string, string>>): string {
  return renderFindings(rule(sample(files)));
}

const longText = (lines: number): string => '// A line.\n'.repeat(lines);
const longFunction = (lines: number): string => `function long() {\n${'  a();\n'.repeat(lines - 2)}}\n`;
const one = 'packages/pql/src/one.ts';
const two = 'packages/audience/src/two.ts';

interface Sample {
  readonly files: Readonly<Record<string, string>>;
  /** The beginning of each finding, in order. */
  readonly finds: readonly string[];
}

/** For every rule, files that break it. */
const badSamples: Readonly<Record<keyof typeof rules, Sample>> = {
  'functions have at most 60 lines': {
    files: { [one]: `${longFunction(60)}describe('x', () => {\n${longFunction(61)}});\n` },
    finds: [`${one}:62 function \`long\` has 61 lines`],
  },
  'files have at most 500 lines': { files: { [one]: longText(501) }, finds: [`${one} has 501 lines`] },
  'half of the files have at most 130 lines': {
    files: { [one]: longText(131), [two]: longText(140), 'packages/pql/src/three.ts': longText(150) },
    finds: ['. half of the files have 131 lines'],
  },
  'there is no any': { files: { [one]: 'const text = ": any";\nlet a: any = text;' }, finds: [`${one}:2 \`any\``] },
  'there is no non-null assertion': { files: { [one]: 'if (!a) b = a!.c;' }, finds: [`${one}:1 \`!\``] },
  'there are no default exports': {
    files: {
      [one]: 'switch (a) {\n  default:\n    b();\n}\nexport default class {}\n',
      [two]: 'export default 1;\nexport { a as default };',
    },
    finds: [`${two}:1 default`, `${two}:2 default`, `${one}:5 default`],
  },
  'there is no export star': { files: { [one]: "export * from './two.ts';" }, finds: [`${one}:1 \`export *\``] },
  'there are no enums and no parameter properties': {
    files: { [one]: 'enum A {}\nclass B {\n  constructor(private c: string) {}\n}' },
    finds: [`${one}:1 enum`, `${one}:3 parameter property`],
  },
  'casts are counted and argued for': {
    files: {
      [one]: "import { a as b } from 'c';\nconst d = [1] as const;\nconst e = b as string;\nconst f = <string>b;",
    },
    finds: [`${one}:3 \`as\``, `${one}:4 \`as\``],
  },
  'exported functions write their return type': {
    files: { [one]: 'function a() {}\nexport function b() {}\nexport function c(): void {}' },
    finds: [`${one}:2 exported function \`b\``],
  },
  'packages depend on each other in one direction': {
    files: { [one]: "import type { two } from '@muster/audience';" },
    finds: [`${one}:1 packages/pql may not import packages/audience`],
  },
  'packages are imported by name from outside and by path inside': {
    files: { [one]: "import '../../audience/src/two.ts';", [two]: "import '@muster/audience';" },
    finds: [`${two}:1 \`@muster/audience\` is its own`, `${one}:1 \`../../audience/src/two.ts\` crosses`],
  },
  'own imports lead somewhere': {
    files: { [one]: "import './gone.ts';\nimport 'node:fs';", [two]: "import '@muster/pql/secret';" },
    finds: [`${two}:1 \`@muster/pql/secret\``, `${one}:1 \`./gone.ts\``],
  },
  'there are no import cycles at run time': {
    files: {
      [one]: "import { c } from './three.ts';",
      'packages/pql/src/three.ts': "import { d } from './four.ts';",
      'packages/pql/src/four.ts': "import { one } from './one.ts';\nimport type { Five } from './five.ts';",
      'packages/pql/src/five.ts': "import { d } from './four.ts';",
    },
    finds: ['packages/pql/src/four.ts is in an import cycle: packages/pql/src/four.ts → packages/pql/src/one.ts →'],
  },
  'every module is imported or started': {
    files: { 'packages/pql/src/three.ts': '', 'packages/pql/src/three.test.ts': '', 'apps/server/src/main.ts': '' },
    finds: ['packages/pql/src/three.ts nothing imports'],
  },
  'what a package imports is among its dependencies': {
    files: {
      [two]: "import '@muster/pql';\nimport '@scope/name/sub';\nimport 'node:fs';",
      [one]: "import 'plain/sub';",
    },
    finds: [`${two}:2 \`@scope/name\` is missing`, `${one}:1 \`plain\` is missing`],
  },
  'the language and the rules of audiences depend on nothing': {
    files: { 'packages/pql/package.json': '{"dependencies":{"left":"1","@muster/audience":"*"}}' },
    finds: ['packages/pql/package.json depends on `left`'],
  },
  'pure packages import no platform modules': {
    files: { [one]: "import 'node:fs';", 'packages/pql/src/one.test.ts': "import 'node:fs';" },
    finds: [`${one}:1 \`node:fs\``],
  },
  'pure packages have no clock, no chance and no output': {
    files: {
      [one]: 'Date.now();\nnew Date(1);\nnew Date();\nMath.random();\nprocess.env;\na.process;\nsetTimeout(f);',
    },
    finds: [`${one}:1 \`Date.now\``, `${one}:3 \`Date\``, `${one}:4 \`Math.random\``, `${one}:5 `, `${one}:7 `],
  },
  'nine of ten exports are documented': {
    files: { [one]: 'export const a = 1;\n/** B. */\nexport function b(): void;\nexport function b(): void {}\n' },
    finds: [`${one}:1 export without`],
  },
  'reminders name their issue': {
    files: { [one]: "// TODO(#12) fine\n// TODO later\n/* a\n FIXME */ const a = '// TODO';" },
    finds: [`${one}:2 \`TODO\``, `${one}:4 mend it now`],
  },
  'there is no commented-out code': {
    files: {
      [one]: "// Return the first; the second is for later.\n// const a = 1;\n// run(b);\nconst c = '// d();';",
    },
    finds: [`${one}:2 commented-out`, `${one}:3 commented-out`],
  },
  'every written test runs': {
    files: { 'packages/pql/src/one.test.ts': "test.skip('a');\nit('b', { only: true }, c);\nt.todo();\ntest('d', e);" },
    finds: ['1 `skip`', '2 `only`', '3 `todo`'].map((found) => `packages/pql/src/one.test.ts:${found}`),
  },
  'files are named in kebab case for their concept': {
    files: { 'packages/pql/src/utils.ts': '', 'packages/pql/src/twoWords.ts': '', 'packages/pql/src/a/index.ts': '' },
    finds: ['packages/pql/src/a/index.ts one', 'packages/pql/src/twoWords.ts file', 'packages/pql/src/utils.ts a file'],
  },
  'types are named without prefix and suffix': {
    files: { [one]: 'interface IStore {}\ninterface Id {}\nclass StoreImpl {}' },
    finds: [`${one}:1 \`IStore\``, `${one}:3 \`StoreImpl\``],
  },
  'every package has a README': {
    files: { 'packages/wire/src/index.ts': '', 'apps/cli/src/main.ts': '' },
    finds: ['packages/wire has no README.md'],
  },
  'there are at most ten scripts': {
    files: { 'package.json': JSON.stringify({ scripts: Object.fromEntries([...'abcdefghijk'].map((a) => [a, a])) }) },
    finds: ['package.json has 11 scripts'],
  },
  'packages have one version': {
    files: {
      'package.json': '{"version":"1.2.3"}',
      'packages/pql/package.json': '{"version":"1.2.4"}',
      'packages/audience/package.json': '{"version":"1.2.3"}',
    },
    finds: ['packages/pql/package.json is version 1.2.4'],
  },
  'links lead somewhere': {
    files: { 'docs/a.md': '[b](b.md) `[c](c.md)`\n[d](https://d.org) [e](../packages)\n[f](#no) [g](a.md)' },
    finds: ['docs/a.md:1 link `b.md`', 'docs/a.md:3 link `#no`'],
  },
  'files speak of no single machine': {
    files: { 'docs/a.md': 'Run it.\nIn /tmp/x, or not.', 'docs/b.md': 'see https://host/work/x and frame/work/x' },
    finds: ['docs/a.md:2 a path of one machine'],
  },
};

describe('every rule finds what it forbids', () => {
  for (const [sentence, { files, finds }] of Object.entries(badSamples)) {
    const rule = Object.entries(rules).find(([name]) => name === sentence)?.[1];
    test(sentence, () => {
      assert.ok(rule !== undefined);
      const found = findingsOf(rule, files).split('\n');
      assert.equal(found.length, finds.length, found.join('\n'));
      for (const [index, line] of found.entries()) assert.ok(line.startsWith(finds[index] ?? ''), line);
    });
  }
});

describe('a house in order has no findings', () => {
  for (const [sentence, rule] of Object.entries(rules)) test(sentence, () => assert.equal(findingsOf(rule, {}), ''));
});

test('the allowed number of casts must be met exactly', () => {
  const repository = sample({ [one]: 'const a = b as C;' });
  const allow = (count: number) => findCasts(repository, new Map([[one, { count, reason: 'a sample' }]]));
  assert.equal(renderFindings(allow(1)), '');
  assert.match(renderFindings(allow(2)), /has 1 casts where .* allows exactly 2/);
  assert.match(
    renderFindings(findCasts(sample({}), new Map([[one, { count: 1, reason: 'a sample' }]]))),
    /has 0 casts/,
  );
});

test('text in strings, templates and patterns is no comment', () => {
  const text = `const a = "// b" + \`/* c \${"//"} */\` + /\\/\\/ d/.source; // e\n/* f\n*/`;
  const [unit] = sample({ [one]: text }).sources.filter(({ path }) => path === one);
  assert.ok(unit !== undefined);
  assert.deepEqual(
    commentsOf(unit).map((comment) => comment.text),
    ['// e', '/* f\n*/'],
  );
});
