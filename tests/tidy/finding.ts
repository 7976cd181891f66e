/** A place where a rule of the house is broken. */
export interface Finding {
  /** Path from the repository's root, with `/`. */
  readonly path: string;
  /** From 1; 0 when the finding is about the file or folder as a whole. */
  readonly line: number;
  /** What is wrong and what to do instead. */
  readonly message: string;
}

/** The findings one to a line, as `path:line message`, in the order of paths and lines. */
export function renderFindings(findings: readonly Finding[]): string {
  return [...findings]
    .sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line)
    .map((finding) => `${finding.path}${finding.line > 0 ? `:${finding.line}` : ''} ${finding.message}`)
    .join('\n');
}
