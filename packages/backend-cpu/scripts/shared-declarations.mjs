/*
 * The declarations in assembly/ that the host has to agree with, as a TypeScript module: the offset of each field of a
 * class, and the members of each enumeration. They come from the compiler after it has laid everything out.
 */
import { CommonFlags, ElementKind } from 'assemblyscript';
import { Transform } from 'assemblyscript/transform';

const WORD = 4;

/** A compiler plug-in that passes the module's text to `write`. */
export const sharedDeclarations = (write) =>
  class extends Transform {
    afterCompile() {
      const own = [...this.program.elementsByName].filter(
        ([path, element]) => path.startsWith('assembly/') && element.is(CommonFlags.Export),
      );
      const layouts = own.flatMap(([path, element]) => layoutsOf(path, element));
      const enumerations = own.filter(([, { kind }]) => kind === ElementKind.Enum);
      write(
        [
          '/** The places of the fields of the structs that kernels read, in 32-bit words from the start; see assembly/. */',
          `export const structs = {\n${layouts.map(({ name, places }) => `  ${name}: {${entries(places)}},\n`).join('')}} as const;\n`,
          ...enumerations.map(
            ([path, element]) =>
              `/** See ${path.slice(0, path.lastIndexOf('/'))}.ts. */\nexport const ${element.name} = {${entries(valuesOf(element))}} as const;\n`,
          ),
        ].join('\n'),
      );
    }
  };

const entries = (members) =>
  members
    .map(([name, value]) => ` ${name}: ${value}`)
    .join(',')
    .concat(' ');

/** A class's fields and their offsets, if it has fields. */
function layoutsOf(path, prototype) {
  if (prototype.kind !== ElementKind.ClassPrototype) return [];
  return [...(prototype.instances?.values() ?? [])].flatMap((instance) => {
    const fields = [...(instance.members ?? [])].filter(([, member]) => member.isField);
    if (fields.length === 0) return [];
    const places = fields.map(([name, { instance: field }]) => {
      if (field.memoryOffset % WORD !== 0 || !['i32', 'u32', 'usize'].includes(field.type.toString())) {
        throw new Error(
          `${path}.${name}: ${field.type} at byte ${field.memoryOffset}; a host writes words of 32 bits`,
        );
      }
      return [name, field.memoryOffset / WORD];
    });
    if (instance.nextMemoryOffset !== WORD * fields.length) throw new Error(`${path}: its fields have gaps`);
    return [{ name: prototype.name, places }];
  });
}

/** The compiler has the members' values only of a `const enum`. */
function valuesOf(enumeration) {
  if (!enumeration.is(CommonFlags.Const))
    throw new Error(`${enumeration.name} is shared: declare it as a const enum`);
  return [...enumeration.members].map(([name, { constantIntegerValue }]) => [
    name,
    constantIntegerValue.toNumber(),
  ]);
}
