/** Extracts, by file extension, the text that may name other files: comments, or a document's prose. */
const commentsOf: Readonly<Record<string, (text: string) => string>> = {
  ts: slashComments,
  mjs: slashComments,
  cjs: slashComments,
  py: (text) => [...text.matchAll(/#.*|"""[\s\S]*?"""/g)].join('\n'),
  md: prose,
};

/** A document without its program blocks. Blocks of shell commands stay. */
function prose(text: string): string {
  return text.replace(/^```(\w*)\n[\s\S]*?^```/gm, (block, language) => (language === 'sh' ? block : ''));
}

/** Comments from `//` to the line's end, or in `/* … *\/`, outside of strings. */
function slashComments(text: string): string {
  const tokens = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|(\/\/.*|\/\*[\s\S]*?\*\/)/g;
  return [...text.matchAll(tokens)].map(([, comment]) => comment ?? '').join('\n');
}

const extensionOf = (file: string): string => file.slice(file.lastIndexOf('.') + 1);

/** Names of files and folders that occur many times. */
const kinds: ReadonlySet<string> = new Set(['index.ts', 'package.json', 'README.md', 'src/', 'test/']);

/** Files of corpora that users bring: the repository has none of them. */
const corpora: ReadonlySet<string> = new Set(['config/index.json']);

/** Whether a file exists only after a build or a run. */
const isProduced = (name: string): boolean => /(^|\/)(dist|generated|reports|node_modules)\//.test(name);

/** A file name or path with an extension of this repository's sources or documents. `*` stands for any name. */
const fileName =
  /(?<![\w@./*:-])(?:\.{0,2}\/)?(?:[\w@.*-]+\/)*[\w.*-]+\.(?:ts|mjs|cjs|py|json|md|yaml|proto)\b(?![\w/])/g;

/** A path of folders, including its last slash. A single folder counts only in backticks. */
const folderName = /(?<![\w@./*:-])(?:\.{0,2}\/)?(?:[\w@.*-]+\/){2,}(?![\w@*<{.-])|(?<=`)[\w@.-]+\/(?=`)/g;

/** The files and folders that a source names in its comments, or a document in its prose. */
export function namesIn(file: string, text: string): string[] {
  const comments = commentsOf[extensionOf(file)]?.(text) ?? '';
  const words = comments.replace(/https?:\/\/[^\s)]+/g, '');
  const names = [...(words.match(fileName) ?? []), ...(words.match(folderName) ?? [])];
  return [...new Set(names)].filter((name) => !kinds.has(name) && !corpora.has(name) && !isProduced(name));
}

/**
 * The reason why a name is not a file of the repository; undefined when it is one. The name is resolved from the folder
 * of the file that names it, from that file's package or its src, and from the root. A name that just one path ends
 * with also counts.
 */
export function whyMissing(name: string, namedIn: string, files: readonly string[]): string | undefined {
  if (name.endsWith('/')) {
    const paths = new Set(files.flatMap((file) => foldersOf(file)));
    return whyMissing(name.slice(0, -1), namedIn, [...paths])?.replace('no file', 'no folder');
  }
  const folder = namedIn.split('/').slice(0, -1);
  const inPackage = /^(packages|apps|tools)\//.test(namedIn) ? folder.slice(0, 2) : [];
  const asPattern = (path: string) =>
    new RegExp(`^${path.replace(/[.+]/g, String.raw`\$&`).replaceAll('*', '[^/]*')}$`);
  for (const base of [folder, inPackage, [...inPackage, 'src'], []]) {
    const pattern = asPattern(joined(base, name));
    if (files.some((file) => pattern.test(file))) return undefined;
  }
  const suffix = asPattern(name.replace(/^(\.{0,2}\/)+/, ''));
  const ending = files.filter((file) => endings(file).some((end) => suffix.test(end)));
  if (ending.length === 0) return 'no file has this name';
  if (ending.length > 1 && !name.includes('*'))
    return `it may be any of ${ending.join(', ')}; write more of its path`;
  return undefined;
}

function foldersOf(file: string): string[] {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, last) => parts.slice(0, last + 1).join('/'));
}

/** A path, and all its endings after a slash. */
function endings(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, first) => parts.slice(first).join('/'));
}

function joined(folder: readonly string[], name: string): string {
  const parts = [...folder];
  for (const part of name.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
