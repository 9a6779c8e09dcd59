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
  it('leaves dependents as they are where their range holds the new version', () => {
    const change = { name: 'base', bump: 'patch' } as const;
    expect(versions(manifests('workspace:^'), change)).toEqual(['0.1.1', '0.3.0', '1.0.0', '2.0.0']);
  });

  it('raises dependents whose range the new version leaves', () => {
    const change = { name: 'base', bump: 'minor' } as const;
    expect(versions(manifests('workspace:^'), change)).toEqual(['0.2.0', '0.3.1', '1.0.1', '2.0.0']);
    const exact = { name: 'middle', bump: 'patch' } as const;
    expect(versions(manifests('workspace:*'), exact)).toEqual(['0.1.0', '0.3.1', '1.0.1', '2.0.0']);
  });

  it('raises all dependents of a prerelease, which no range holds', () => {
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
])('a range of ^%s is left by a change that is %s, and by none that is smaller', (version, bump) => {
  expect(breakingBump(version)).toBe(bump);
});

it('finds dependents at any depth', () => {
  expect([...dependentsOf('base', manifests('^0.1.0'))]).toEqual(['middle', 'top']);
  expect([...dependentsOf('top', manifests('^0.1.0'))]).toEqual([]);
});
