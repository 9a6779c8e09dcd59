import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode } from 'fast-png';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readEventFile } from '../../../test/read-event-file.ts';
import { TensorBoardWriter } from './tensor-board-writer.ts';

/** A writer into memory, and the events that it wrote. */
function inMemory(options = {}) {
  const chunks: Uint8Array[] = [];
  const writer = new TensorBoardWriter((bytes) => void chunks.push(bytes), options);
  const bytes = () => Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
  return { writer, chunks, bytes, events: () => readEventFile(bytes()) };
}

const pixels = {
  width: 3,
  height: 2,
  channels: 3,
  data: Uint8Array.from({ length: 18 }, (_, i) => 10 * i),
} as const;

describe('TensorBoardWriter', () => {
  it('writes a file that the published schema reads: 1,000 scalars and an image', async () => {
    const { writer, events } = inMemory();
    for (let step = 0; step < 1000; step++) writer.addScalar('loss/train', 1 / (step + 1), step);
    writer.addImage('attention', pixels, 1000);
    await writer.close();
    const [version, ...rest] = events();
    expect(version).toMatchObject({ file_version: 'brain.Event:2' });
    expect(version!.wall_time).toBeCloseTo(Date.now() / 1000, -2);
    const values = rest.flatMap(({ step, summary }) =>
      summary!.value.map((value) => ({ step: Number(step ?? 0), ...value })),
    );
    expect(values).toHaveLength(1001);
    for (const { step, tag, simple_value } of values.slice(0, 1000)) {
      expect([tag, simple_value]).toEqual(['loss/train', expect.closeTo(1 / (step + 1), 6)]);
    }
    const { image, step } = values.at(-1)!;
    expect({ ...image, step }).toMatchObject({ width: 3, height: 2, colorspace: 3, step: 1000 });
    expect(decode(Buffer.from(image!.encoded_image_string, 'base64')).data).toEqual(pixels.data);
  });

  it('throws when a file exists in place of its folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tensorboard-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const target = join(folder, 'file');
    writeFileSync(target, '');
    await expect(new TensorBoardWriter(target).close()).rejects.toThrow(
      /^TensorBoardWriter: .*file.events\.out.* cannot be opened: a file stands where its folder has to be$/,
    );
  });

  it('writes scalars beyond float32 as infinities', async () => {
    const { writer, events } = inMemory();
    const values = [3.4e38, 3.5e38, -1e300, Number.POSITIVE_INFINITY, Number.NaN];
    for (const value of values) writer.addScalar('loss', value, 0);
    await writer.close();
    const written = events().flatMap(({ summary }) => summary?.value ?? []);
    expect(written.map(({ simple_value }) => Number(simple_value))).toEqual(values.map(Math.fround));
  });

  it('writes text and histograms as TensorFlow’s summaries', async () => {
    const { writer, events } = inMemory();
    writer.addText('sample', '**grün**', 7);
    writer.addHistogram('weights', Float32Array.of(0, 1, 2, 2), 7, { bins: 2 });
    await writer.close();
    const [text, histogram] = events().flatMap(({ summary }) => summary?.value ?? []);
    expect(text).toMatchObject({
      tag: 'sample',
      metadata: { plugin_data: { plugin_name: 'text' }, data_class: 'DATA_CLASS_TENSOR' },
      tensor: { dtype: 'DT_STRING', tensor_shape: { dim: [{ size: '1' }] } },
    });
    expect(Buffer.from(text!.tensor!.string_val![0]!, 'base64').toString()).toBe('**grün**');
    expect(histogram).toMatchObject({
      metadata: { plugin_data: { plugin_name: 'histograms' } },
      tensor: {
        dtype: 'DT_DOUBLE',
        tensor_shape: { dim: [{ size: '2' }, { size: '3' }] },
        double_val: [0, 1, 1, 1, 2, 3],
      },
    });
  });

  it('writes images of floats, and PNG files as they are', async () => {
    const { writer, events } = inMemory();
    writer.addImage('grey', { width: 2, height: 1, channels: 1, data: Float32Array.of(0.5, 7) }, 0);
    const png = encode({ width: 2, height: 1, channels: 2, data: Uint8Array.of(1, 2, 3, 4), depth: 8 });
    writer.addImage('png', png, 0);
    await writer.close();
    const [grey, given] = events().flatMap(({ summary }) => summary?.value ?? []);
    expect([...decode(Buffer.from(grey!.image!.encoded_image_string, 'base64')).data]).toEqual([128, 255]);
    expect(given!.image).toEqual({
      width: 2,
      height: 1,
      colorspace: 2,
      encoded_image_string: Buffer.from(png).toString('base64'),
    });
  });

  it('writes files that can be read up to any cut', async () => {
    const { writer, bytes, events } = inMemory();
    for (let step = 0; step < 5; step++) writer.addScalar('loss', step, step);
    await writer.close();
    const [whole, all] = [bytes(), events()];
    let read = 0;
    for (let end = 0; end <= whole.length; end++) {
      const rest = readEventFile(whole.subarray(0, end));
      expect(rest).toEqual(all.slice(0, rest.length));
      expect(rest.length).toBeGreaterThanOrEqual(read);
      read = rest.length;
    }
    expect(read).toBe(6);
  });

  it('buffers events until it is flushed, or they have waited long enough', async () => {
    const patient = inMemory({ flushSeconds: 1000 });
    patient.writer.addScalar('loss', 1, 1);
    await Promise.resolve();
    expect(patient.chunks).toHaveLength(0);
    await patient.writer.flush();
    expect(patient.events()).toHaveLength(2);
    const hasty = inMemory({ flushSeconds: 0 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    hasty.writer.addScalar('loss', 1, 1);
    await Promise.resolve();
    expect(hasty.events()).toHaveLength(2);
  });

  it('writes from which step on earlier files do not count', async () => {
    const { writer, events } = inMemory();
    writer.purge(101);
    await writer.close();
    const restart = { step: '101', session_log: { status: 'START' } };
    expect(events().slice(1)).toMatchObject([restart, restart]);
  });

  it('makes a new file in its folder, named in order of time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tensorboard-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const value of [1, 2]) {
      const writer = new TensorBoardWriter(join(folder, 'run'));
      writer.addScalar('loss', value, value);
      await writer.close();
    }
    const names = readdirSync(join(folder, 'run')).sort();
    expect(names[0]).toMatch(/^events\.out\.tfevents\.\d{10}\..*\.\d+\.\d+$/);
    const steps = names.map((name) => readEventFile(readFileSync(join(folder, 'run', name)))[1]!.step);
    expect(steps).toEqual(['1', '2']);
  });

  it('reports a failed write at the next flush, and writes nothing after it', async () => {
    let writes = 0;
    const writer = new TensorBoardWriter(() => {
      writes++;
      throw new Error('the disk is full');
    });
    await expect(writer.flush()).rejects.toThrow('the disk is full');
    writer.addScalar('loss', 1, 1);
    await expect(writer.close()).rejects.toThrow('the disk is full');
    expect(writes).toBe(1);
  });

  it('throws for values that it cannot write, and names them', async () => {
    const { writer, events } = inMemory();
    expect(() => writer.addScalar('', 1, 1)).toThrow("TensorBoardWriter.addScalar: tag is ''");
    expect(() => writer.addScalar('a', '1' as never, 1)).toThrow("value is '1'; expected a number");
    expect(() => writer.addScalar('a', 1, 0.5)).toThrow('step is 0.5; expected a whole number of at least 0');
    expect(() => writer.addHistogram('a', [1, '2' as never], 1)).toThrow(
      "values[1] is '2'; expected a number",
    );
    expect(() => writer.addImage('a', { ...pixels, width: 4 }, 1)).toThrow(
      'TensorBoardWriter.addImage: image.data has 18 numbers; expected height · width · channels = 24',
    );
    expect(() => writer.addImage('a', Uint8Array.of(1, 2), 1)).toThrow(
      'image has 2 bytes that are no PNG file',
    );
    expect(() => writer.addImage('a', { width: 1 } as never, 1)).toThrow(
      'image is no image; expected a PNG file',
    );
    expect(() => new TensorBoardWriter('a', { flushSeconds: -1 })).toThrow(
      'TensorBoardWriter: flushSeconds is -1',
    );
    expect(() => new TensorBoardWriter(7 as never)).toThrow('TensorBoardWriter: target is 7');
    await writer.close();
    expect(events()).toHaveLength(1);
    expect(() => writer.addScalar('a', 1, 1)).toThrow('TensorBoardWriter.addScalar: writer is closed');
  });
});
