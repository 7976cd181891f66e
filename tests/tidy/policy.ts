/**
 * The numbers and tables of the house rules: what is allowed where. To settle a debate about style, add a line here.
 */

/** Sizes, in lines. */
export const budgets = { functionLinesMax: 60, fileLinesMax: 500, fileLinesMedianMax: 130, scriptsMax: 10 } as const;

/** The smallest share of a package's exports that have a docstring. */
export const documentedShareMin = 0.9;

/** Files that are tables of data and may be as long as the data is, with the reason. */
export const dataFiles: ReadonlyMap<string, string> = new Map([]);

/** Files that make branded values: the one place where `as` may name a brand. */
export const brandFiles: ReadonlySet<string> = new Set(['packages/audience/src/ids.ts']);

/** A number of casts that a file needs, and why no decoder or annotation does the same. */
export interface CastAllowance {
  readonly count: number;
  readonly reason: string;
}

/**
 * Casts that cannot be avoided, by file. A ratchet: a file with more of them fails, and so does one with fewer, until
 * the number here follows it down.
 */
export const castAllowances: ReadonlyMap<string, CastAllowance> = new Map([]);

/** What each package may import, by the folder of both; itself is understood. Tests may also use `packages/pql-spec`. */
export const allowedImports: Readonly<Record<string, readonly string[]>> = {
  'packages/pql': [],
  'packages/pql-spec': [],
  'packages/audience': ['packages/pql'],
  'packages/wire': ['packages/audience'],
  'packages/client': ['packages/wire'],
  'packages/store': ['packages/audience', 'packages/pql'],
  'packages/ingestion': ['packages/store', 'packages/audience', 'packages/pql'],
  'packages/evaluation': ['packages/store', 'packages/audience', 'packages/pql'],
  'apps/server': [
    'packages/evaluation',
    'packages/ingestion',
    'packages/store',
    'packages/wire',
    'packages/audience',
    'packages/pql',
  ],
  'apps/cli': [
    'apps/server',
    'packages/client',
    'packages/evaluation',
    'packages/ingestion',
    'packages/store',
    'packages/wire',
    'packages/audience',
    'packages/pql',
  ],
  'apps/console': ['packages/client', 'packages/wire', 'packages/audience', 'packages/pql'],
};

/** The package that only tests may import. */
export const testOnlyPackage = 'packages/pql-spec';

/** Packages that take values and give values: no clock, no chance, no input or output. */
export const purePackages: readonly string[] = ['packages/pql', 'packages/audience', 'packages/wire'];

/** Packages without dependencies from outside the repository. */
export const independentPackages: readonly string[] = ['packages/pql', 'packages/audience'];

/** What the code of a pure package must not name, and what to do instead. */
export const bannedInPure: Readonly<Record<string, string>> = {
  'Date.now': 'take the time as an `asOf` argument',
  'Math.random': 'take a seeded generator as an argument',
  'performance.now': 'measure in the caller',
  'crypto.randomUUID': 'take the id as an argument',
  'crypto.getRandomValues': 'take the bytes as an argument',
  process: 'take the setting as an argument',
  console: 'give a value and let the caller report it',
  logger: 'give a value and let the caller log it',
  setTimeout: 'be synchronous and let the caller wait',
  setInterval: 'be synchronous and let the caller wait',
  setImmediate: 'be synchronous and let the caller wait',
  fetch: 'return what is needed and let the caller fetch it',
};

/** File names that collect what belongs elsewhere. */
export const vagueFileNames: ReadonlySet<string> = new Set(['utils', 'util', 'helpers', 'helper', 'types', 'common']);

/** Folders and files whose modules are started, not imported: they need no importer to be alive. */
export const entryPoints: readonly RegExp[] = [
  /\.test\.tsx?$/,
  /^scripts\//,
  /^bench\//,
  /^examples\//,
  /^(?:packages|apps)\/[^/]+\/[^/]+\.(?:[cm]?js|ts)$/,
  /^apps\/[^/]+\/src\/main\.tsx?$/,
  /\.d\.ts$/,
  /(?:^|\/)[a-z-]*worker\.ts$/,
  // Programs that tests start in a process of their own.
  /^(?:packages|apps)\/[^/]+\/src\/(?:.*\/)?testing\//,
];

/** What committed files must not contain: they speak of the project, not of one machine. */
export const forbiddenTexts: readonly { readonly pattern: RegExp; readonly name: string }[] = [
  { pattern: /(?<![\w.@-])\/work\/\w/, name: 'a path of one machine (`/work/…`)' },
  { pattern: /(?<![\w.@-])\/tmp\/\w/, name: 'a path of one machine (`/tmp/…`); use `os.tmpdir()` or a relative path' },
  { pattern: /(?<![\w.@-])\/(?:home|Users)\/\w/, name: 'a path of one person (`/home/…`)' },
  { pattern: /:\/\/registry\./, name: 'the address of a package registry' },
];

/** The files that must write a forbidden text, to forbid it or to try it out. */
export const forbiddenTextsExempt: ReadonlySet<string> = new Set(['tests/tidy/policy.ts', 'tests/tidy/rules.test.ts']);
