/** What documents and settings must hold. */
import type { Finding } from './finding.ts';
import { folderOf, isRecord, joinPath } from './module-graph.ts';
import { budgets, forbiddenTexts, forbiddenTextsExempt } from './policy.ts';
import type { Repository } from './repository.ts';
import { lineAt } from './source-unit.ts';

/** Packages with a public face and no README. */
export function findMissingReadmes({ texts }: Repository): readonly Finding[] {
  return [...texts.keys()]
    .filter((path) => /^(?:packages|apps)\/[^/]+\/src\/index\.ts$/.test(path))
    .map((path) => path.replace(/\/src\/index\.ts$/, ''))
    .filter((home) => !texts.has(`${home}/README.md`))
    .map((home) => ({ path: home, line: 0, message: 'has no README.md' }));
}

/** More scripts in the root `package.json` than one can remember. */
export function findTooManyScripts({ texts }: Repository): readonly Finding[] {
  const manifest: unknown = JSON.parse(texts.get('package.json') ?? '{}');
  const count = isRecord(manifest) && isRecord(manifest['scripts']) ? Object.keys(manifest['scripts']).length : 0;
  if (count <= budgets.scriptsMax) return [];
  return [
    { path: 'package.json', line: 0, message: `has ${count} scripts, at most ${budgets.scriptsMax} are allowed` },
  ];
}

/** Packages whose version is not that of the whole, which is the one that programs say they are. */
export function findOtherVersions({ texts }: Repository): readonly Finding[] {
  const version = versionIn(texts.get('package.json'));
  return [...texts].flatMap(([path, text]) => {
    if (!/^(?:packages|apps)\/[^/]+\/package\.json$/.test(path) || versionIn(text) === version) return [];
    return [{ path, line: 0, message: `is version ${versionIn(text)}, the root is version ${version}` }];
  });
}

function versionIn(text = '{}'): unknown {
  const manifest: unknown = JSON.parse(text);
  return isRecord(manifest) ? manifest['version'] : undefined;
}

/** Links between documents that lead to no file or to no heading. */
export function findBrokenLinks(repository: Repository): readonly Finding[] {
  return [...repository.texts]
    .filter(([path]) => path.endsWith('.md'))
    .flatMap(([path, text]) =>
      [...withoutCode(text).matchAll(/\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)].flatMap((match) => {
        const link = match[1] ?? '';
        if (/^[a-z][a-z0-9+.-]*:/i.test(link) || leadsSomewhere(repository, path, link)) return [];
        return [{ path, line: lineAt(text, match.index), message: `link \`${link}\` leads nowhere` }];
      }),
    );
}

function leadsSomewhere({ texts }: Repository, from: string, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? from : joinPath(file.startsWith('/') ? '' : folderOf(from), decodeURI(file));
  if (!texts.has(target)) return [...texts.keys()].some((path) => path.startsWith(`${target}/`));
  if (anchor === undefined || !target.endsWith('.md')) return true;
  return anchorsOf(texts.get(target) ?? '').has(anchor);
}

/** The anchors of a document's headings, as the common renderers make them. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...withoutCode(text, { keepSpans: true }).matchAll(/^#{1,6}\s+(.*)$/gm)].map((match) =>
    (match[1] ?? '')
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
  const explicit = [...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map((match) => match[1] ?? '');
  return new Set([...headings, ...explicit]);
}

/** The text with code blanked out, so that offsets stay: what is in code is no link and no heading. */
function withoutCode(text: string, { keepSpans }: { readonly keepSpans: boolean } = { keepSpans: false }): string {
  const blank = (code: string): string => code.replaceAll(/[^\n]/g, ' ');
  const prose = text.replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, blank);
  return keepSpans ? prose : prose.replaceAll(/`[^`\n]+`/g, blank);
}

/** Texts that speak of one machine or person instead of the project. */
export function findForbiddenTexts({ texts }: Repository): readonly Finding[] {
  return [...texts]
    .filter(([path]) => !forbiddenTextsExempt.has(path))
    .flatMap(([path, text]) =>
      forbiddenTexts.flatMap(({ pattern, name }) => {
        const match = pattern.exec(text);
        return match === null ? [] : [{ path, line: lineAt(text, match.index), message: `${name} is not committed` }];
      }),
    );
}
