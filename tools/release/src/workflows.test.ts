import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../../.github/workflows', import.meta.url));
const workflows = readdirSync(folder).map((name) => ({
  name,
  content: readFileSync(join(folder, name), 'utf8'),
}));

/** The errors of GitHub's own parser, with its schema of workflows, in a file. */
async function problemsOf(file: { name: string; content: string }): Promise<string[]> {
  const { context, value } = parseWorkflow(file, new NoOperationTraceWriter());
  if (value) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

describe.each(workflows)('$name', (workflow) => {
  it('is a valid workflow for GitHub', async () => {
    expect(await problemsOf(workflow)).toEqual([]);
  });

  it('names the version of each action', () => {
    const actions = [...workflow.content.matchAll(/\buses: *(\S+)/g)].map(([, action]) => action!);
    expect(actions.length).toBeGreaterThan(0);
    for (const action of actions) expect(action).toMatch(/@(v\d+|[0-9a-f]{40})$/);
  });
});

const right = `on: push
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: npm test
        if: github.ref == 'refs/heads/main'
`;

describe('a mistake in a workflow is caught:', () => {
  it('the original has none', async () => {
    expect(await problemsOf({ name: 'right.yml', content: right })).toEqual([]);
  });

  it.each([
    ['an unknown key', '- run:', '- runs:', "Unexpected value 'runs'"],
    ['an unknown permission', 'contents: read', 'content: read', "Unexpected value 'content'"],
    ['a value of another type', 'contents: read', 'contents: [read]', 'A sequence was not expected'],
    ['an unknown event', 'on: push', 'on: pushed', "Unexpected value 'pushed'"],
    ['a missing key', '    runs-on: ubuntu-latest\n', '', 'Required property is missing: runs-on'],
    [
      'an unknown name in a condition',
      'github.ref ==',
      'githubs.ref ==',
      "Unrecognized named-value: 'githubs'",
    ],
    ['YAML that is none', 'on: push', 'on: [push', 'Flow sequence'],
  ])('%s', async (_, from, to, words) => {
    expect(right).toContain(from);
    const problems = await problemsOf({ name: 'wrong.yml', content: right.replace(from, to) });
    expect(problems.join('\n')).toContain(words);
  });
});
