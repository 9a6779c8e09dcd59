// Two files side by side that memory need not hold, shuffled by a buffer, in batches of 24 tokens; and a resume with the very next batch.
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as data from '@unroll/data';

await useBackend(cpu());
const english = data.lines(
  data.bytesSource('the house\na dog\nthe red dog\na red house\nthe cat sees the dog', 'en'),
);
const spanish = data.lines(
  data.bytesSource('la casa\nun perro\nel perro rojo\nuna casa roja\nel gato ve al perro', 'es'),
);
const options = {
  tokenizer: data.words(),
  specials: { pad: '<pad>', unk: '<unk>', bos: '<s>', eos: '</s>' },
};
const source = await data.buildTextCodec(english, { ...options, eos: true });
const target = await data.buildTextCodec(spanish, { ...options, bos: true, eos: true });
const pairs = data.zip({
  source: data.map(english, (text) => source.encode(text)),
  target: data.map(spanish, (text) => target.encode(text)),
});
const training = () =>
  data.batches(pairs, {
    maxTokens: 24,
    lengthOf: (pair) => Math.max(pair.source.length, pair.target.length),
    order: data.shuffleBuffer({ size: 4, seed: 1 }),
    collate: data.fields({ source: data.padded(), target: data.padded() }),
  });

const states: string[] = [];
const first = training();
for await (const { source, target } of first) {
  console.log('source', source.values.shape, 'target', target.values.shape);
  states.push(JSON.stringify(first.state()));
}
const resumed = training();
resumed.load(JSON.parse(states[0]!));
for await (const { source } of resumed)
  console.log('again ', source.values.shape, 'after the state of batch 1');
