import { describe, expect, it } from 'vitest';
import { breakingBump, dependentsOf, expectedVersions } from './expected-versions.ts';

const manifests = (range: string) => [
  { name: 'base', version: '0.1.0' },
  { name: 'middle', version: '0.3.0', dependencies: { base: range } },
  { name: 'top', version: '1.0.0', dependencies: { middle: range, base: range } },
  { name: 'other', version: '2.0.0', dependencies: { left: '^1.0.0' } },
];
const versions = (...change: Parameters<typeof expectedVersions>) => [
  ...expectedVersions(...change).values(),
];

describe('expectedVersions', () => {
  it('leaves dependents unchanged when their range includes the new version', () => {
    const change = { name: 'base', bump: 'patch' } as const;
    expect(versions(manifests('workspace:^'), change)).toEqual(['0.1.1', '0.3.0', '1.0.0', '2.0.0']);
  });

  it('raises dependents whose range excludes the new version', () => {
    const change = { name: 'base', bump: 'minor' } as const;
    expect(versions(manifests('workspace:^'), change)).toEqual(['0.2.0', '0.3.1', '1.0.1', '2.0.0']);
    const exact = { name: 'middle', bump: 'patch' } as const;
    expect(versions(manifests('workspace:*'), exact)).toEqual(['0.1.0', '0.3.1', '1.0.1', '2.0.0']);
  });

  it('raises all dependents of a prerelease, which no range includes', () => {
    const change = { name: 'base', bump: 'patch', tag: 'next' } as const;
    expect(versions(manifests('workspace:^'), change)).toEqual([
      '0.1.1-next.0',
      '0.3.1-next.0',
      '1.0.1-next.0',
      '2.0.0',
    ]);
  });
});

it.each([
  ['0.0.3', 'patch'],
  ['0.2.3', 'minor'],
  ['1.2.3', 'major'],
])('a range of ^%s excludes the next version by a %s change, and no smaller change', (version, bump) => {
  expect(breakingBump(version)).toBe(bump);
});

it('finds dependents at any depth', () => {
  expect([...dependentsOf('base', manifests('^0.1.0'))]).toEqual(['middle', 'top']);
  expect([...dependentsOf('top', manifests('^0.1.0'))]).toEqual([]);
});
