import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectFigures, metricFixtures } from '../../../test/metric-fixtures.ts';
import { lenientSpans } from './lenient-spans.ts';
import { SpanF1 } from './span-f1.ts';
import { strictSpans, type TaggingScheme } from './strict-spans.ts';
import { parseTags, type Span } from './tag.ts';

const style = { prefixes: 'OBIESLU', suffix: false };
const parsed = (tags: readonly string[]) => parseTags('test', 'tags', tags, style);

const tagsOf = (prefixes: string) =>
  fc.array(
    fc.constantFrom(
      ...[...prefixes].flatMap((prefix) => (prefix === 'O' ? ['O'] : [`${prefix}-X`, `${prefix}-Y`])),
    ),
    {
      maxLength: 7,
    },
  );

/** All ranges of positions for which a condition holds. */
function ranges(tags: readonly string[], holds: (start: number, end: number) => boolean): Span[] {
  return tags.flatMap((tag, start) =>
    tags.flatMap((_, last) =>
      last >= start && holds(start, last + 1) ? [{ type: tag.slice(2), start, end: last + 1 }] : [],
    ),
  );
}

/** The prefixes of a range of tags with one type; undefined when types differ or a tag is O. */
function prefixesIn(tags: readonly string[], start: number, end: number): string | undefined {
  const inside = tags.slice(start, end);
  const uniform = inside.every((tag) => tag !== 'O' && tag.slice(2) === inside[0]!.slice(2));
  return uniform ? inside.map((tag) => tag[0]).join('') : undefined;
}

/** The prefixes of a well-formed span. A span must not be followed by a prefix in `goesOn`, which would continue it. */
const wellFormed: Partial<Record<TaggingScheme, { span: RegExp; goesOn: string }>> = {
  IOB2: { span: /^BI*$/, goesOn: 'I' },
  IOBES: { span: /^(BI*E|S)$/, goesOn: '' },
  BILOU: { span: /^(BI*L|U)$/, goesOn: '' },
};

describe('SpanF1', () => {
  it.each(metricFixtures.spans.map((fixture, i) => [i, fixture] as const))(
    'is seqeval’s, example %i',
    (_, { predictions, targets, options, published, expected }) => {
      const metric = new SpanF1(options);
      metric.update(predictions, targets);
      const report = metric.report();
      for (const average of ['micro', 'macro', 'weighted'] as const) {
        expectFigures({ ...report[average] }, expected[average]);
        const averaged = new SpanF1({ ...options, average });
        averaged.update(predictions, targets);
        expect(averaged.compute()).toBe(report[average].f1);
        if (published) expect(report[average].f1).toBeCloseTo(published[average]!, 10);
      }
    },
  );

  it('without a scheme finds the longest runs of a type, broken before B and S and after E and S', () => {
    fc.assert(
      fc.property(tagsOf('OBIES'), (tags) => {
        const isRun = (start: number, end: number) =>
          /^[^O]?[IE]*$/.test(prefixesIn(tags, start, end) ?? 'O') &&
          !/[ES]./.test(prefixesIn(tags, start, end)!);
        const expected = ranges(tags, (start, end) => {
          if (!isRun(start, end)) return false;
          return !(start > 0 && isRun(start - 1, end)) && !(end < tags.length && isRun(start, end + 1));
        });
        expect(lenientSpans(parsed(tags))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['IOB2', 'IOBES', 'BILOU'] as const)(
    'in %s finds the well-formed spans, and no others',
    (scheme) => {
      const { span, goesOn } = wellFormed[scheme]!;
      const letters = { IOB2: 'OBI', IOBES: 'OBIES', BILOU: 'OBILU' }[scheme];
      fc.assert(
        fc.property(tagsOf(letters), (tags) => {
          const expected = ranges(tags, (start, end) => {
            if (!span.test(prefixesIn(tags, start, end) ?? '')) return false;
            const after = end < tags.length ? prefixesIn(tags, start, end + 1) : undefined;
            return after === undefined || !goesOn.includes(after.at(-1)!) || goesOn === '';
          });
          expect(strictSpans(parsed(tags), scheme)).toEqual(expected);
        }),
        { numRuns: 500 },
      );
    },
  );

  it('gives each type’s figure under its name with average none', () => {
    const metric = new SpanF1({ average: 'none' });
    expect(metric.compute()).toEqual({});
    metric.update([['B-PER', 'O', 'B-ORG', 'B']], [['B-PER', 'O', 'O', 'B']]);
    expect(metric.compute()).toEqual({ ORG: 0, PER: 1, _: 1 });
    expect(metric.report().perClass.ORG).toEqual({ precision: 0, recall: 0, f1: 0, support: 0 });
  });

  it('reads tags whose type comes first', () => {
    const metric = new SpanF1({ suffix: true });
    metric.update([['ORG-COMPANY-B', 'ORG-COMPANY-I', 'O']], [['ORG-COMPANY-B', 'ORG-COMPANY-I', 'O']]);
    expect(metric.report().perClass).toHaveProperty('ORG-COMPANY.support', 1);
  });

  it('is NaN before any update, and the zeroDivision value when there is no span', () => {
    const metric = new SpanF1({ zeroDivision: 1 });
    expect(metric.compute()).toBeNaN();
    metric.update([['O']], [['O']]);
    expect(metric.compute()).toBe(1);
    metric.update([['B-X']], [['O']]);
    expect(metric.compute()).toBe(0);
    metric.reset();
    expect(metric.compute()).toBeNaN();
  });

  it('throws for invalid tags and pairs, and names them', () => {
    const metric = new SpanF1({ scheme: 'IOB2' });
    expect(() => metric.update([['O', 'E-X']], [['O', 'O']])).toThrow(
      "SpanF1.update: predictions[0][1] is 'E-X'; expected O, or one of B, I, - and a type",
    );
    expect(() => new SpanF1({ suffix: true }).update([['O']], [['X']])).toThrow(
      "SpanF1.update: targets[0][0] is 'X'; expected O, or a type, - and one of B, I, E, S",
    );
    expect(() => metric.update([['O']], [['O', 'O']])).toThrow(
      'SpanF1.update: targets[0] has 2 elements; expected as many as predictions[0], which has 1',
    );
    expect(() => metric.update([['O']], [])).toThrow('SpanF1.update: targets has 0 elements');
    expect(metric.compute()).toBeNaN();
    expect(() => new SpanF1({ scheme: 'BIO' as never })).toThrow(
      /SpanF1: scheme is 'BIO'; expected one of 'IOB1'/,
    );
  });
});
