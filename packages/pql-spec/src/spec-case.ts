/** Cases: one expression each, with the answer the language must give. */
import type { JsonObject } from './json.ts';
import { decodeArray, decodeObject, decodeString, loadFolder } from './json.ts';

/** One case. */
export interface SpecCase {
  readonly feature: string;
  /** Name of its world. */
  readonly world: string;
  /** A sentence about behaviour; no two cases have the same. */
  readonly name: string;
  readonly pql: string;
  readonly expected: Expected;
  /** What the case is there for, among what `coverage.json` asks. */
  readonly covers: readonly Coverage[];
}

/** A kind of case of one function or form. */
export interface Coverage {
  readonly feature: string;
  readonly kind: string;
}

/** What a case expects. */
export type Expected =
  /** The profiles for which the expression, as a condition, is true; sorted by key. */
  | { readonly kind: 'members'; readonly members: readonly string[] }
  /** What the expression gives for one profile, as JSON; timestamps are epoch milliseconds. */
  | { readonly kind: 'value'; readonly profile: string; readonly value: unknown }
  /** The expression's type as messages describe it. */
  | { readonly kind: 'type'; readonly type: string }
  /** All that is wrong with it, in order of the text. */
  | {
      readonly kind: 'diagnostics';
      readonly diagnostics: readonly ExpectedDiagnostic[];
      /** The text with all repairs made, which must then be free of mistakes; null where a case does not ask. */
      readonly fixed: string | null;
    };

/** A diagnostic by its code and the text it underlines; the advice only where a case asks for it. */
export interface ExpectedDiagnostic {
  readonly code: string;
  readonly text: string;
  readonly help?: string;
}

/** All cases, file by file. Throws when a file does not have the format of README.md. */
export async function loadCases(): Promise<readonly SpecCase[]> {
  const files = await loadFolder('cases');
  return files.flatMap(({ name, json }) => decodeCaseFile(json, name));
}

function decodeCaseFile(json: unknown, file: string): readonly SpecCase[] {
  const given = decodeObject(json, file, ['feature', 'world', 'cases']);
  const feature = decodeString(given['feature'], `${file} feature`);
  const world = decodeString(given['world'], `${file} world`);
  return decodeArray(given['cases'], `${file} cases`).map((item, index) => {
    const members = decodeObject(item, `${file} cases[${index}]`, [
      'name',
      'pql',
      'members',
      'profile',
      'value',
      'type',
      'diagnostics',
      'fixed',
      'covers',
    ]);
    const name = decodeString(members['name'], `${file} cases[${index}].name`);
    const where = `${file} \`${name}\``;
    const pql = decodeString(members['pql'], `${where} pql`);
    const covers = decodeCovers(members['covers'] ?? {}, where);
    return { feature, world, name, pql, expected: decodeExpected(members, where), covers };
  });
}

function decodeCovers(json: unknown, where: string): readonly Coverage[] {
  return Object.entries(decodeObject(json, `${where} covers`)).flatMap(([feature, kinds]) =>
    decodeArray(kinds, `${where} covers`).map((kind) => ({ feature, kind: decodeString(kind, `${where} covers`) })),
  );
}

function decodeExpected(given: JsonObject, where: string): Expected {
  const kinds = (['members', 'value', 'type', 'diagnostics'] as const).filter((kind) => Object.hasOwn(given, kind));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) throw new Error(`${where}: needs exactly one expectation`);
  if ((kind === 'value') !== Object.hasOwn(given, 'profile')) {
    throw new Error(`${where}: \`value\` and \`profile\` belong together`);
  }
  if (kind !== 'diagnostics' && Object.hasOwn(given, 'fixed')) {
    throw new Error(`${where}: \`fixed\` belongs to \`diagnostics\``);
  }
  switch (kind) {
    case 'members': {
      const members = decodeArray(given[kind], where).map((key) => decodeString(key, `${where} members`));
      return { kind, members: [...members].sort() };
    }
    case 'value':
      return { kind, profile: decodeString(given['profile'], `${where} profile`), value: given[kind] };
    case 'type':
      return { kind, type: decodeString(given[kind], `${where} type`) };
    case 'diagnostics': {
      const diagnostics = decodeArray(given[kind], where).map((item) => decodeDiagnostic(item, where));
      const fixed = Object.hasOwn(given, 'fixed') ? decodeString(given['fixed'], `${where} fixed`) : null;
      return { kind, diagnostics, fixed };
    }
    default: {
      const never: never = kind;
      return never;
    }
  }
}

function decodeDiagnostic(json: unknown, where: string): ExpectedDiagnostic {
  const diagnostic = decodeObject(json, `${where} diagnostics`, ['code', 'text', 'help']);
  return {
    code: decodeString(diagnostic['code'], `${where} code`),
    text: decodeString(diagnostic['text'], `${where} text`),
    ...(Object.hasOwn(diagnostic, 'help') ? { help: decodeString(diagnostic['help'], `${where} help`) } : {}),
  };
}
