/**
 * Reads tar archives (POSIX ustar with pax and GNU long names). Only plain files come out; links and devices are refused.
 */
const BLOCK = 512;

export type ArchiveFile = { path: string; bytes: Uint8Array };

/** The plain files of a tar archive, in its order. @throws Error when it is not one, or holds what is no file */
export function* tarFiles(archive: Buffer): Generator<ArchiveFile> {
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK);
    // Two empty blocks end an archive; one is enough to know.
    if (header.every((byte) => byte === 0)) return;
    checkSum(header);
    const size = numberAt(header, 124, 12);
    const content = archive.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) throw new Error('unexpected end of the archive');
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const kind = String.fromCharCode(header.readUInt8(156));
    switch (kind) {
      case 'x':
        longName = paxPath(content) ?? longName;
        break;
      case 'L':
        longName = textAt(content, 0, content.length);
        break;
      case '0':
      case '7':
      case '\0':
        yield { path: longName ?? nameOf(header), bytes: content };
        longName = undefined;
        break;
      case '5':
      case 'g':
        longName = undefined;
        break;
      default:
        throw new Error(`${longName ?? nameOf(header)} is not a plain file`);
    }
  }
}

/** The sum of a header's bytes, its own field counted as blanks. */
function checkSum(header: Buffer): void {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  if (sum !== numberAt(header, 148, 8)) throw new Error('invalid tar header');
}

function nameOf(header: Buffer): string {
  const prefix = textAt(header, 257, 5) === 'ustar' ? textAt(header, 345, 155) : '';
  const name = textAt(header, 0, 100);
  return prefix === '' ? name : `${prefix}/${name}`;
}

function textAt(block: Buffer, start: number, length: number): string {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? field.length : end).toString('utf8');
}

/** Octal digits; no file here is large enough for the binary form. */
function numberAt(header: Buffer, start: number, length: number): number {
  const digits = textAt(header, start, length).trim();
  if (!/^[0-7]+$/.test(digits)) throw new Error('invalid tar header');
  return Number.parseInt(digits, 8);
}

/** The path that a pax header gives to the next file: records of the form `<length> path=<value>\n`. */
function paxPath(content: Buffer): string | undefined {
  let path: string | undefined;
  for (let at = 0; at < content.length; ) {
    const blank = content.indexOf(0x20, at);
    const length = Number(content.subarray(at, blank).toString());
    if (blank === -1 || !Number.isInteger(length) || length <= blank - at) throw new Error('invalid pax header');
    const [name, ...value] = content
      .subarray(blank + 1, at + length - 1)
      .toString('utf8')
      .split('=');
    if (name === 'path') path = value.join('=');
    at += length;
  }
  return path;
}
