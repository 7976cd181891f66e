/** How files and types are called. */
import { isClassDeclaration, isInterfaceDeclaration, isTypeAliasDeclaration } from 'typescript/unstable/ast';
import type { Finding } from './finding.ts';
import { vagueFileNames } from './policy.ts';
import type { Repository } from './repository.ts';
import { lineOf, nodesOf } from './source-unit.ts';

/** Source files that are not in kebab case or named for nothing. */
export function findFileNames({ sources }: Repository): readonly Finding[] {
  return sources.flatMap(({ path }) => {
    const name = (path.split('/').at(-1) ?? '').replace(/(?:\.all)?(?:\.test)?(?:\.d|\.config)?\.[cm]?[jt]sx?$/, '');
    const message = fileNameFault(path, name);
    return message === null ? [] : [{ path, line: 0, message }];
  });
}

function fileNameFault(path: string, name: string): string | null {
  if (vagueFileNames.has(name)) return 'a file is named for its one main concept';
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) return 'file names are in kebab case';
  if (name === 'index' && !/^(?:packages|apps)\/[^/]+\/src\/index\.ts$/.test(path)) {
    return 'one `index.ts` a package: import the file itself';
  }
  return null;
}

/** Types named with an `I` before or an `Impl` behind. */
export function findTypeNames({ sources }: Repository): readonly Finding[] {
  return sources.flatMap((unit) =>
    [...nodesOf(unit.tree)].flatMap((node) => {
      if (!isClassDeclaration(node) && !isInterfaceDeclaration(node) && !isTypeAliasDeclaration(node)) return [];
      const name = node.name?.text ?? '';
      if (!/^I[A-Z][a-z]|Impl$/.test(name)) return [];
      return [
        { path: unit.path, line: lineOf(unit, node), message: `\`${name}\`: no \`I\` before, no \`Impl\` behind` },
      ];
    }),
  );
}
