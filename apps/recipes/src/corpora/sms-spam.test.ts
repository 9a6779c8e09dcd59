import { expect, it } from 'vitest';
import { loadSmsSpam, MESSAGE_KINDS } from './sms-spam.ts';

it('has 4,824 messages and 747 of spam, as stems', () => {
  const messages = loadSmsSpam();
  const counts = [...MESSAGE_KINDS.keys()].map(
    (kind) => messages.filter(({ label }) => label === kind).length,
  );
  expect(counts).toEqual([4824, 747]);
  expect(messages[1]).toEqual({ words: ['ok', 'lar', 'joke', 'wif', 'oni'], label: 0 });
});
