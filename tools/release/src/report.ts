import { markdownTable } from 'markdown-table';
import type { SizeRow } from './package-sizes.ts';
import type { Trial } from './trials.ts';
import type { ReleaseRecord } from './try-releases.ts';

/** A table with a row for each package and installer, and a column for each trial. */
export function trialTable(trials: readonly Trial[]): string {
  const rows = new Map<string, { head: string[]; cells: Map<string, string> }>();
  const columns = new Set<string>();
  for (const { subject, tried, problem } of trials) {
    const [by = '', ...rest] = tried;
    const column = rest.join(', ');
    columns.add(column);
    const key = `${subject} ${by}`;
    const row = rows.get(key) ?? { head: [subject, by], cells: new Map() };
    rows.set(key, row);
    row.cells.set(column, problem === undefined ? '✓' : '✗');
  }
  return markdownTable([
    ['package', 'by', ...columns],
    ...[...rows.values()].map(({ head, cells }) => [
      ...head,
      ...[...columns].map((column) => cells.get(column) ?? ''),
    ]),
  ]);
}

/** The bundle size of each import path, with its budget. */
export function sizeTable(rows: readonly SizeRow[]): string {
  const bytes = (count: number) => count.toLocaleString('en');
  return markdownTable(
    [
      ['import', 'bytes, gzip', 'budget'],
      ...rows.map(({ importPath, gzip, budget }) => [importPath, bytes(gzip), budget ? bytes(budget) : '']),
    ],
    { align: ['l', 'r', 'r'] },
  );
}

/** The contents of each release: versions, and lines of changelogs. */
export function releaseTable(records: readonly ReleaseRecord[]): string {
  return markdownTable([
    ['release', 'package', 'version', 'changelog'],
    ...records.flatMap(({ title, changes }) =>
      changes.map(({ name, version, changelog }) => [
        title,
        name,
        version,
        [...new Set(changelog.filter((line) => /^\s*- /.test(line)).map((line) => line.trim().slice(2)))]
          .map((line) => (line.length > 60 ? `${line.slice(0, 59)}…` : line))
          .slice(0, 3)
          .join('; '),
      ]),
    ),
  ]);
}
