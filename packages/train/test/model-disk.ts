import type { FolderEntry } from '../src/checkpoints/folder-files.ts';

/** An operation of a program on a disk. */
export type Step =
  | { readonly type: 'makeFolder' | 'create' | 'removeFile' | 'removeFolder'; readonly path: string }
  | { readonly type: 'write'; readonly path: string; readonly bytes: Uint8Array }
  | { readonly type: 'sync' | 'syncFolder'; readonly path: string }
  | { readonly type: 'rename'; readonly path: string; readonly to: string };

/** What remains of a file's unsynced bytes, and of a folder's unsynced changes, after a power cut. */
export interface Cut {
  bytes(file: Pick<ModelFile, 'bytes' | 'durable'>): Uint8Array;
  keeps(): boolean;
}

class ModelFile {
  bytes = new Uint8Array();
  durable = new Uint8Array();
}

type Node = ModelFile | ModelFolder;

/** A change of a folder's entries. A rename is one change. */
interface Change {
  readonly removed?: string;
  readonly added?: readonly [name: string, node: Node];
}

class ModelFolder {
  entries = new Map<string, Node>();
  durable = new Map<string, Node>();
  pending: Change[] = [];

  change(change: Change): void {
    applyTo(this.entries, change);
    this.pending.push(change);
  }
}

function applyTo(entries: Map<string, Node>, { removed, added }: Change): void {
  if (removed !== undefined) entries.delete(removed);
  if (added) entries.set(...added);
}

const failure = (code: string, path: string): Error => Object.assign(new Error(`${code}: ${path}`), { code });

/**
 * A disk with exactly the guarantees of POSIX. A file's bytes are durable once the file is synced, and a name in a
 * folder once the folder is synced. Until then each change may have reached the disk or not, in any order, but a rename
 * is atomic.
 */
export class ModelDisk {
  #root = new ModelFolder();

  static after(steps: Iterable<Step>): ModelDisk {
    const disk = new ModelDisk();
    for (const step of steps) disk.apply(step);
    return disk;
  }

  apply(step: Step): void {
    const { path } = step;
    const [folder, name] = this.#placeOf(path);
    const node = folder.entries.get(name);
    if (step.type === 'makeFolder' || step.type === 'create') {
      if (node) throw failure('EEXIST', path);
      folder.change({ added: [name, step.type === 'create' ? new ModelFile() : new ModelFolder()] });
      return;
    }
    if (step.type === 'syncFolder') {
      const synced = path === '/' ? this.#root : this.#folderAt(path);
      synced.durable = new Map(synced.entries);
      synced.pending = [];
      return;
    }
    if (!node) throw failure('ENOENT', path);
    if (step.type === 'rename') {
      const [toFolder, to] = this.#placeOf(step.to);
      const there = folder.entries.get(to);
      if (toFolder !== folder || there instanceof ModelFile) throw failure('EXDEV', step.to);
      if (there && there.entries.size > 0) throw failure('ENOTEMPTY', step.to);
      folder.change({ removed: name, added: [to, node] });
    } else if (step.type === 'removeFolder') {
      if (!(node instanceof ModelFolder) || node.entries.size > 0) throw failure('ENOTEMPTY', path);
      folder.change({ removed: name });
    } else {
      if (!(node instanceof ModelFile)) throw failure('EISDIR', path);
      if (step.type === 'write') node.bytes = new Uint8Array([...node.bytes, ...step.bytes]);
      else if (step.type === 'sync') node.durable = node.bytes;
      else folder.change({ removed: name });
    }
  }

  /** The state of the disk after a power cut. */
  afterCut(cut: Cut): ModelDisk {
    const disk = new ModelDisk();
    disk.#root = remains(this.#root, cut);
    return disk;
  }

  /** Whether a file's bytes or a folder's entries are durable. */
  isSynced(path: string): boolean {
    const node = this.#nodeAt(path);
    return node instanceof ModelFolder ? node.pending.length === 0 : node?.bytes === node?.durable;
  }

  list(path: string): FolderEntry[] | undefined {
    const node = this.#nodeAt(path);
    if (!node) return undefined;
    if (node instanceof ModelFile) throw failure('ENOTDIR', path);
    return Array.from(node.entries, ([name, entry]) => ({ name, isFolder: entry instanceof ModelFolder }));
  }

  read(path: string): Uint8Array<ArrayBuffer> | undefined {
    const node = this.#nodeAt(path);
    return node instanceof ModelFile ? node.bytes.slice() : undefined;
  }

  #placeOf(path: string): [folder: ModelFolder, name: string] {
    const end = path.lastIndexOf('/');
    return [this.#folderAt(path.slice(0, end)), path.slice(end + 1)];
  }

  #folderAt(path: string): ModelFolder {
    const node = this.#nodeAt(path);
    if (!(node instanceof ModelFolder)) throw failure('ENOENT', path);
    return node;
  }

  #nodeAt(path: string): Node | undefined {
    let node: Node | undefined = this.#root;
    for (const name of path.split('/').filter(Boolean)) {
      node = node instanceof ModelFolder ? node.entries.get(name) : undefined;
    }
    return node;
  }
}

function remains(folder: ModelFolder, cut: Cut): ModelFolder {
  const entries = new Map(folder.durable);
  for (const change of folder.pending) if (cut.keeps()) applyTo(entries, change);
  const left = new ModelFolder();
  for (const [name, node] of entries) left.change({ added: [name, remainsOf(node, cut)] });
  left.durable = new Map(left.entries);
  left.pending = [];
  return left;
}

function remainsOf(node: Node, cut: Cut): Node {
  if (node instanceof ModelFolder) return remains(node, cut);
  const file = new ModelFile();
  file.bytes = node.bytes === node.durable ? node.bytes : new Uint8Array(cut.bytes(node));
  file.durable = file.bytes;
  return file;
}
