import fc from 'fast-check';
import { expect, it } from 'vitest';
import { endOfLine, endOfLines, splitLines, startOfLastLines, withoutEnd } from './line-ends.ts';

const anyLines = fc.string({ unit: fc.constantFrom('a', '\n', '\r'), maxLength: 12 });

it('finding lines one by one gives the same lines as splitting', () => {
  fc.assert(
    fc.property(anyLines, (text) => {
      const found: string[] = [];
      for (let at = 0; at < text.length; ) {
        const end = endOfLine(text, at);
        found.push(withoutEnd(text.slice(at, end)));
        at = end;
      }
      expect(found).toEqual(splitLines(text));
    }),
    { numRuns: 2000 },
  );
});

it('complete lines among bytes begin and end where lines of the text begin and end', () => {
  fc.assert(
    fc.property(anyLines, fc.nat(4), (text, count) => {
      const bytes = new TextEncoder().encode(text);
      const end = endOfLines(bytes);
      const [before, after] = [text.slice(0, end), text.slice(end)];
      expect([...splitLines(before), ...splitLines(after)]).toEqual(splitLines(text));
      if (!text.endsWith('\n') && !text.endsWith('\r')) return;
      const start = startOfLastLines(bytes, count);
      const lines = splitLines(text);
      expect(splitLines(text.slice(start))).toEqual(count === 0 ? [] : lines.slice(-count));
    }),
    { numRuns: 2000 },
  );
});
