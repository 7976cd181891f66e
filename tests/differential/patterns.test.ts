import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { after, test } from 'node:test';
import { re2Engine } from '@muster/evaluation';
import { joinSql, parameter, renderRegex, sql } from '@muster/pql';
import { openEngine } from '@muster/store/engine-access';
import fc from 'fast-check';

const seed = Number(env['MUSTER_SEED'] ?? Math.floor(Math.random() * 1_000_000));
const folder = await mkdtemp(join(tmpdir(), 'muster-patterns-'));
const { client } = await openEngine({ folder });
after(async () => {
  await client.close();
  await rm(folder, { recursive: true, force: true });
});

const texts = [
  '',
  'a',
  'aB',
  'é',
  'ß',
  'aaa bbb',
  'A1_\n',
  'line\r\nend',
  '😀',
  'ſK',
  'Σσς',
  '\u0000',
  'a.b',
  '-',
  'д7',
];

const atom = fc.constantFrom(
  ...[
    'a',
    'B',
    'é',
    'ß',
    '.',
    '-',
    '_',
    ' ',
    '\\d',
    '\\D',
    '\\w',
    '\\W',
    '\\s',
    '\\S',
    '\\b',
    '\\B',
    '^',
    '$',
    '\\A',
    '\\z',
  ],
  ...['[a-c]', '[^a]', '[]a]', '[a-]', '[\\d_]', '[[:alpha:]]', '[[:^digit:]]', '[\\w-a]', '[^\\S]', '[\\b]', '[a&&b]'],
  ...[
    '\\pL',
    '\\p{Lu}',
    '\\p{Greek}',
    '\\p{Cn}',
    '\\p{LC}',
    '\\p{Any}',
    '\\p{^L}',
    '\\P{Ll}',
    '[\\pL\\pN]',
    '[^\\p{Cyrillic}]',
  ],
  ...[
    '\\p{Alphabetic}',
    '\\p{Script=Greek}',
    '\\p{lu}',
    '\\p{Emoji}',
    '\\x41',
    '\\x{1F600}',
    '\\u0041',
    '\\101',
    '\\1',
  ],
  ...['\\Qa.b\\E', '\\Qa', '\\n', '\\t', '\\-', '\\é', '\\C', '\\R', '\\h', '\\e', '\\Z', '\\G', '\\X', '\\K', '\\'],
);
const quantifier = fc.constantFrom(
  ...[
    '',
    '',
    '',
    '*',
    '+',
    '?',
    '*?',
    '+?',
    '??',
    '{2}',
    '{2,}',
    '{2,3}',
    '{,3}',
    '{0}',
    '{2}?',
    '{200}',
    '{900}',
    '{1001}',
  ],
  ...['{3,2}', '*+', '**', '{a}', '{', '{2', '}', '{2}{3}', '{10}{10}'],
);
const around = fc.constantFrom(
  ...[
    '%',
    '%',
    '%',
    '(%)',
    '(?:%)',
    '(?i)%',
    '(?i:%)',
    '(?s)%',
    '(?m)%',
    '(?U)%',
    '(?-s)%',
    '(?P<n>%)',
    '(?<n>%)',
    '(|%)',
    '%|',
  ],
  ...['(?x)%', '(?=%)', '(?<!%)', '(?>%)', '(?#%)', '(%', '%)', '[%', '(?P=n)%', '(?P<é>%)', '(%){2}', '((%)*)*'],
);
const piece = fc.tuple(atom, quantifier, around).map(([text, times, frame]) => frame.replaceAll('%', text + times));
const patterns = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));

test(`a pattern that closures accept means the same in SQL, seed ${seed}`, async () => {
  const property = fc.asyncProperty(fc.array(patterns, { minLength: 60, maxLength: 60 }), async (many) => {
    const accepted = many.flatMap((text) => {
      const compiled = re2Engine.compile(text);
      return 'error' in compiled ? [] : [{ text, pattern: compiled.pattern }];
    });
    const given = parameter(texts, 'Array(String)');
    const columns = accepted.map(
      ({ text }) => sql`arrayMap(text -> match(text, ${parameter(renderRegex(text), 'String')}), ${given})`,
    );
    const [row = []] = await client.rows(sql`SELECT ${joinSql(columns)}`);
    for (const [index, { text, pattern }] of accepted.entries()) {
      const found = texts.map((one) => (pattern.test(one) ? 1 : 0));
      assert.deepEqual(row[index], found, JSON.stringify(text));
    }
  });
  await fc.assert(property, { seed, numRuns: 40, includeErrorInReport: true });
});
