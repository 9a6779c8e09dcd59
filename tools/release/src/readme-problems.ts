import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import GithubSlugger from 'github-slugger';
import { marked, type Token } from 'marked';
import type { PackedPackage } from './packed-package.ts';

/** A README is read on the registry, in node_modules, and in the repository. Its links must work in all of them. */
export async function readmeProblems({ unpacked, files }: PackedPackage): Promise<string[]> {
  const file = join(unpacked, 'README.md');
  if (!existsSync(file)) return [];
  const tokens = everyToken(marked.lexer(await readFile(file, 'utf8')));
  const anchors = anchorsOf(tokens);
  const example = tokens.some((token) => token.type === 'code' && token.lang === 'ts');
  return [
    ...(example ? [] : ['README.md has no example in a ts block']),
    ...tokens.flatMap((token) => {
      if (token.type === 'html' && /\s(href|src)=/.test(token.raw))
        return [`README.md has ${token.raw.trim()}; write links and images in Markdown, which is checked`];
      if (token.type !== 'link' && token.type !== 'image') return [];
      return isReachable(token.href, anchors, files)
        ? []
        : [
            `README.md leads to ${token.href}, which is not there outside of the repository; expected https, a heading here or a file of the tarball`,
          ];
    }),
  ];
}

function everyToken(tokens: Token[]): Token[] {
  const every: Token[] = [];
  marked.walkTokens(tokens, (token) => {
    every.push(token);
  });
  return every;
}

function anchorsOf(tokens: readonly Token[]): ReadonlySet<string> {
  const slugger = new GithubSlugger();
  const headings = tokens.filter((token) => token.type === 'heading');
  return new Set(headings.map((heading) => `#${slugger.slug(plainText(heading))}`));
}

function plainText(token: Token): string {
  if (!('tokens' in token) || !token.tokens) return 'text' in token ? token.text : '';
  return token.tokens.map(plainText).join('');
}

function isReachable(href: string, anchors: ReadonlySet<string>, files: readonly string[]): boolean {
  if (URL.canParse(href)) return new URL(href).protocol === 'https:';
  if (href.startsWith('#')) return anchors.has(href);
  const path = posix.normalize(href.replace(/#.*$/, '')).replace(/\/$/, '');
  return files.some((file) => file === path || file.startsWith(`${path}/`));
}
