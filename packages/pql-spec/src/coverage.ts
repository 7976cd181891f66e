/** What the cases must cover: kinds of cases for every function, operator and form of the language. */
import { decodeArray, decodeObject, decodeString, loadJson } from './json.ts';

/** Functions, operators or forms that need the same kinds of cases. */
export interface CoverageGroup {
  readonly features: readonly string[];
  readonly needs: readonly string[];
  /** Why they need fewer kinds than others; null when they need all that every feature has. */
  readonly why: string | null;
}

/** What `coverage.json` says. */
export interface RequiredCoverage {
  /** The kinds of cases by name, with what they are. */
  readonly kinds: ReadonlyMap<string, string>;
  readonly groups: readonly CoverageGroup[];
}

/** What the cases must cover. Throws when the file does not have the format of README.md. */
export async function loadCoverage(): Promise<RequiredCoverage> {
  const file = 'coverage.json';
  const given = decodeObject(await loadJson(new URL('../coverage.json', import.meta.url)), file, ['kinds', 'groups']);
  const kinds = Object.entries(decodeObject(given['kinds'], `${file} kinds`)).map(
    ([kind, meaning]): readonly [string, string] => [kind, decodeString(meaning, `${file} kinds.${kind}`)],
  );
  return {
    kinds: new Map(kinds),
    groups: decodeArray(given['groups'], `${file} groups`).map((group, index) =>
      decodeGroup(group, `${file} groups[${index}]`),
    ),
  };
}

function decodeGroup(json: unknown, where: string): CoverageGroup {
  const group = decodeObject(json, where, ['features', 'needs', 'why']);
  const strings = (member: 'features' | 'needs'): readonly string[] =>
    decodeArray(group[member], `${where}.${member}`).map((item) => decodeString(item, `${where}.${member}`));
  return {
    features: strings('features'),
    needs: strings('needs'),
    why: group['why'] === undefined ? null : decodeString(group['why'], `${where}.why`),
  };
}
