import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const leastNode = (manifest: string): string => JSON.parse(read(manifest)).engines.node.replace('>=', '');

it('the README says which Node the packages need, and which the repository', () => {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/package.json`);
  const [least, ...others] = new Set(packages.map(leastNode));
  expect(others).toEqual([]);
  const readme = read('README.md').replaceAll('\n', ' ');
  expect(readme).toContain(`The packages need Node ${least} or newer.`);
  expect(readme).toContain(`\`npm test\` in this repository begin with Node ${leastNode('package.json')},`);
});
