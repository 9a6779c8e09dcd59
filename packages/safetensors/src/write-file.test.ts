import { execFileSync } from 'node:child_process';
import {
  chmod,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { inFolder } from '../test/in-folder.ts';
import { type StoredTensor, writeSafetensors, writeSafetensorsFile } from './index.ts';

const f32 = (...data: number[]): StoredTensor => ({
  dtype: 'F32',
  shape: [data.length],
  data: new Float32Array(data),
});
const bytes = Buffer.from(writeSafetensors({ a: f32(1) }));

describe('a file that is written to a path', () => {
  it('is the same as in memory, by path and by URL, and replaces an older one', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a model.safetensors');
      await writeFile(path, 'older');
      const tensors = { a: f32(1, 2), empty: f32() };
      for (const to of [path, pathToFileURL(path)]) {
        await writeSafetensorsFile(to, tensors, { metadata: { format: 'pt' } });
        const written = await readFile(path);
        expect(written).toEqual(Buffer.from(writeSafetensors(tensors, { metadata: { format: 'pt' } })));
      }
      expect(await readdir(folder)).toEqual(['a model.safetensors']);
    }));

  it('leaves the older file, and no other, when it cannot be written', () =>
    inFolder(async (folder) => {
      await expect(writeSafetensorsFile(join(folder, 'x'), { a: null as never })).rejects.toThrow(TypeError);
      await expect(writeSafetensorsFile(join(folder, 'none', 'x'), {})).rejects.toMatchObject({
        code: 'ENOENT',
      });
      // A folder cannot be replaced by a file.
      await expect(writeSafetensorsFile(folder, {})).rejects.toThrow();
      expect(await readdir(folder)).toEqual([]);
    }));

  it.each(['absolute', 'relative'])(
    'through an %s link writes the link’s target, and keeps the link',
    (form) =>
      inFolder(async (folder) => {
        const store = join(folder, 'store');
        const links = join(folder, 'links');
        await mkdir(store);
        await mkdir(join(links, 'deep'), { recursive: true });
        await symlink(join(links, 'deep'), join(folder, 'short'));
        const there = join(store, 'model');
        // Relative to the intended folder, `short`, the way up leads to `links`.
        const target = form === 'absolute' ? there : '../../store/model';
        const link = join(folder, 'short', 'link');
        const second = join(folder, 'second');
        await symlink(target, link);
        await symlink('short/link', second);
        for (const path of [link, second, pathToFileURL(second)]) {
          for (const older of [undefined, 'older']) {
            if (older) await writeFile(there, older);
            await writeSafetensorsFile(path, { a: f32(1) });
            expect(await readFile(there)).toEqual(bytes);
            expect(await realpath(link)).toBe(await realpath(there));
            expect(await readdir(store)).toEqual(['model']);
            await writeFile(there, '');
          }
        }
        for (const path of [link, second]) expect((await lstat(path)).isSymbolicLink()).toBe(true);
        expect(await readdir(join(links, 'deep'))).toEqual(['link']);
      }),
  );

  it('creates the target of a link when it is missing', () =>
    inFolder(async (folder) => {
      await symlink('new', join(folder, 'link'));
      await symlink('link', join(folder, 'second'));
      await writeSafetensorsFile(join(folder, 'second'), { a: f32(1) });
      expect(await readFile(join(folder, 'new'))).toEqual(bytes);
      expect(await readdir(folder)).toEqual(['link', 'new', 'second']);
      expect((await lstat(join(folder, 'second'))).isSymbolicLink()).toBe(true);
    }));

  it('throws for circular links', () =>
    inFolder(async (folder) => {
      await symlink('b', join(folder, 'a'));
      await symlink('a', join(folder, 'b'));
      await expect(writeSafetensorsFile(join(folder, 'a'), {})).rejects.toMatchObject({ code: 'ELOOP' });
      expect(await readdir(folder)).toEqual(['a', 'b']);
    }));

  it('keeps the permissions of the file that it replaces', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'model');
      await writeFile(path, 'older');
      for (const mode of [0o600, 0o666]) {
        await chmod(path, mode);
        await writeSafetensorsFile(path, { a: f32(1) });
        expect((await stat(path)).mode & 0o777).toBe(mode);
      }
    }));

  it('writes to a URL with a query, and does not take another file for its own', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'model');
      await writeFile(path, 'older');
      await writeSafetensorsFile(new URL('?version=1#part', pathToFileURL(path)), { a: f32(1) });
      expect(await readFile(path)).toEqual(bytes);
      expect(await readdir(folder)).toEqual(['model']);
    }));

  it('can be a pipe, which stays a pipe', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'pipe');
      execFileSync('mkfifo', [path]);
      // A pipe that is opened for reading and writing does not wait for another process.
      const pipe = await open(path, 'r+');
      try {
        await writeSafetensorsFile(path, { a: f32(1) });
        expect((await stat(path)).isFIFO()).toBe(true);
        const { buffer, bytesRead } = await pipe.read(Buffer.alloc(2 * bytes.length));
        expect(buffer.subarray(0, bytesRead)).toEqual(bytes);
      } finally {
        await pipe.close();
      }
    }));
});
