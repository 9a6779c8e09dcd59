import { describe, expect, it } from 'vitest';
import { chunkedSource } from '../../test/chunked-source.ts';
import { readRows } from '../../test/read-rows.ts';
import { conllu } from './conllu.ts';

const row = (id: string, form: string, head = '_', deprel = '_') =>
  [id, form, form.toLowerCase(), 'X', '_', 'A=B|C=D', head, deprel, '_', 'SpaceAfter=No'].join('\t');

const sentence = [
  '# newdoc',
  '# sent_id = s-1',
  '# text = Can’t = stop',
  row('1-2', 'Can’t'),
  row('1', 'Ca', '3', 'aux'),
  row('2', 'n’t', '3', 'advmod'),
  row('2.1', 'ever'),
  row('3', 'stop', '0', 'root'),
  '',
  '',
].join('\n');

const read = (text: string, size = 50) =>
  readRows((onBadRow) => conllu(chunkedSource(text, size), { onBadRow }));

describe('CoNLL-U', () => {
  it('gives sentences with comments and words, with ranges and empty nodes separate', async () => {
    const { rows, bad } = await read(sentence);
    expect(bad).toEqual([]);
    const [first] = rows;
    expect(first?.comments).toEqual(['newdoc', 'sent_id = s-1', 'text = Can’t = stop']);
    expect(first?.metadata).toEqual({ sent_id: 's-1', text: 'Can’t = stop' });
    expect(first?.ranges).toEqual([{ from: 1, to: 2, form: 'Can’t', misc: 'SpaceAfter=No' }]);
    expect(first?.emptyNodes.map(({ id, form }) => [id, form])).toEqual([['2.1', 'ever']]);
    expect(first?.tokens.map(({ id, form, head, deprel }) => [id, form, head, deprel])).toEqual([
      [1, 'Ca', 3, 'aux'],
      [2, 'n’t', 3, 'advmod'],
      [3, 'stop', 0, 'root'],
    ]);
    expect(first?.tokens[0]).toEqual({
      id: 1,
      form: 'Ca',
      lemma: 'ca',
      upos: 'X',
      xpos: null,
      feats: 'A=B|C=D',
      head: 3,
      deprel: 'aux',
      deps: null,
      misc: 'SpaceAfter=No',
    });
  });

  it('reads every sentence with any chunks, also a last one without an empty line', async () => {
    const text = `${sentence}${row('1', 'Yes')}\n\n\n${row('1', 'No')}`;
    for (let size = 1; size < 60; size++) {
      const { rows, bad } = await read(text, size);
      expect(rows.map(({ tokens }) => tokens.map(({ form }) => form))).toEqual([
        ['Ca', 'n’t', 'stop'],
        ['Yes'],
        ['No'],
      ]);
      expect(bad).toEqual([]);
    }
  });

  it('skips a sentence with an invalid line, and names the line', async () => {
    const wrong: [string, string][] = [
      ['1\ta\n', 'f:3: 2 columns; expected 10'],
      [row('1', ''), 'f:3: column 2 is empty; expected _ for none'],
      [row('2', 'a'), "f:3: the id is '2'; expected 1"],
      [row('x', 'a'), "f:3: the id is 'x'; expected 1"],
      [`${row('1', 'a')}\n${row('1', 'b')}`, "f:4: the id is '1'; expected 2"],
      [row('1', 'a', 'x'), "f:3: the head is 'x'; expected a number"],
      [row('1', 'a', '2'), 'f:3: the head of word 1 is 2; the last word is 1'],
      [
        `${row('1-3', 'ab')}\n${row('1', 'a')}`,
        'f:4: the words end at 1; expected them to 3, as a range says',
      ],
      [`${row('1', 'a')}\n${row('3.1', 'b')}`, "f:4: the id is '3.1'; expected 2"],
      ['# only = comment', 'f:3: a sentence without a word'],
    ];
    for (const [lines, message] of wrong) {
      const source = chunkedSource(`${row('1', 'ok')}\n\n${lines}\n\n${row('1', 'ok')}\n\n`, 30, 'f');
      const { rows, bad } = await readRows((onBadRow) => conllu(source, { onBadRow }));
      expect([rows.length, bad]).toEqual([2, [message]]);
    }
  });
});
