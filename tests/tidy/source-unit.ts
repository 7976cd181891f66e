/** Source files as syntax trees, by the compiler's own parser. */
import { type Node, type SourceFile, SyntaxKind } from 'typescript/unstable/ast';
import { createVirtualFileSystem } from 'typescript/unstable/fs';
import { API } from 'typescript/unstable/sync';

/** One source file. */
export interface SourceUnit {
  /** Path from the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly tree: SourceFile;
}

/** Where the parser sees the files: they are given to it in memory, so that samples and real files go one way. */
const virtualRoot = '/tidy';

const parserSettings = JSON.stringify({
  compilerOptions: { noResolve: true, noLib: true, types: [], allowJs: true, jsx: 'preserve', noEmit: true },
  include: ['**/*'],
});

/** The trees of `texts`, by path. Throws when a file is not among what the parser took. */
export function parseSources(texts: ReadonlyMap<string, string>): readonly SourceUnit[] {
  const files = Object.fromEntries([...texts].map(([path, text]) => [`${virtualRoot}/${path}`, text]));
  const settingsPath = `${virtualRoot}/tsconfig.json`;
  const api = new API({ cwd: virtualRoot, fs: createVirtualFileSystem({ ...files, [settingsPath]: parserSettings }) });
  try {
    using snapshot = api.updateSnapshot({ openProjects: [settingsPath] });
    const project = snapshot.getProject(settingsPath);
    return [...texts].map(([path, text]) => {
      const tree = project?.program.getSourceFile(`${virtualRoot}/${path}`);
      if (tree === undefined) throw new Error(`the parser gives no tree for ${path}`);
      return { path, text, tree };
    });
  } finally {
    api.close();
  }
}

/** All nodes below `node`, and itself first, in the order of the text. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node;
  const children: Node[] = [];
  node.forEachChild((child) => {
    children.push(child);
  });
  for (const child of children) yield* nodesOf(child);
}

/** The line of `node`'s first character that is no space or comment, from 1. */
export function lineOf(unit: SourceUnit, node: Node): number {
  return lineAt(unit.text, node.getStart(unit.tree));
}

/** The line of the character at `offset`, from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** The lines of a text, without counting an empty one after the last line break. */
export function lineCount(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** The text of `node` as written, without the space and comments before it. */
export function textOf(unit: SourceUnit, node: Node): string {
  return node.getText(unit.tree);
}

/** A comment and where it starts. */
export interface Comment {
  readonly offset: number;
  /** With its delimiters. */
  readonly text: string;
}

/** Kinds whose text may look like a comment and is none. */
const opaqueKinds: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.StringLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateHead,
  SyntaxKind.TemplateMiddle,
  SyntaxKind.TemplateTail,
  SyntaxKind.RegularExpressionLiteral,
  SyntaxKind.JsxText,
]);

/** The comments of a file in the order of the text. */
export function commentsOf(unit: SourceUnit): readonly Comment[] {
  let code = unit.text;
  for (const node of nodesOf(unit.tree)) {
    if (!opaqueKinds.has(node.kind)) continue;
    const start = node.getStart(unit.tree);
    code = code.slice(0, start) + ' '.repeat(node.end - start) + code.slice(node.end);
  }
  return [...code.matchAll(/\/\*[\s\S]*?\*\/|\/\/.*/g)].map((match) => ({
    offset: match.index,
    text: unit.text.slice(match.index, match.index + match[0].length),
  }));
}
