// A small ZIP in memory, to change an Excel file as somebody with a spreadsheet program would.

import { deflateRawSync, inflateRawSync } from "node:zlib";

/** The parts of an archive by name: `Map<string, string>` (text). */
export function unzip(bytes) {
  const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  const parts = new Map();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const [packed, name, extra, comment] = [20, 28, 30, 32].map((field) =>
      field === 20 ? bytes.readUInt32LE(at + 20) : bytes.readUInt16LE(at + field));
    const place = bytes.readUInt32LE(at + 42);
    const start = place + 30 + bytes.readUInt16LE(place + 26) + bytes.readUInt16LE(place + 28);
    const body = bytes.subarray(start, start + packed);
    const plain = bytes.readUInt16LE(at + 10) === 0 ? body : inflateRawSync(body);
    parts.set(bytes.toString("utf8", at + 46, at + 46 + name), plain.toString("utf8"));
    at += 46 + name + extra + comment;
  }
  return parts;
}

/** An archive of parts. */
export function zip(parts) {
  const [bodies, directory] = [[], []];
  let place = 0;
  for (const [name, text] of parts) {
    const [plain, title] = [Buffer.from(text, "utf8"), Buffer.from(name, "utf8")];
    const packed = deflateRawSync(plain);
    const fields = Buffer.alloc(26);
    [20, 0, 8, 0, 0x21].forEach((value, field) => fields.writeUInt16LE(value, field * 2));
    [crc32(plain), packed.length, plain.length].forEach((value, field) => fields.writeUInt32LE(value, 10 + field * 4));
    fields.writeUInt16LE(title.length, 22);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(place, 10);
    bodies.push(Buffer.from("PK\x03\x04", "latin1"), fields, title, packed);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), fields, rest, title);
    place += 4 + fields.length + title.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(parts.size, 8);
  end.writeUInt16LE(parts.size, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(place, 16);
  return Buffer.concat([...bodies, ...directory, end]);
}

/** Writes a text as the answer to a criterion's field in a workbook of answers. */
export function answer(parts, criterion, field, text) {
  const strings = [...parts.get("xl/sharedStrings.xml").matchAll(/<si>(.*?)<\/si>/gs)]
    .map(([, inside]) => inside.replace(/<[^>]*>/g, ""));
  const says = (row, column, word) => {
    const cell = row.match(new RegExp(`<c r="${column}\\d+"[^>]* t="s"><v>(\\d+)</v>`));
    return cell && strings[cell[1]] === word;
  };
  for (const [name, xml] of parts) {
    if (!name.startsWith("xl/worksheets/sheet")) continue;
    const row = xml.match(/<row .*?<\/row>/gs)?.find((one) => says(one, "A", criterion) && says(one, "B", field));
    if (!row) continue;
    const changed = row.replace(/<c r="(E\d+)"( s="\d+")?(?:[^>]*\/>|.*?<\/c>)/s,
      (_, cell, style) => `<c r="${cell}"${style ?? ""} t="inlineStr"><is><t>${text}</t></is></c>`);
    parts.set(name, xml.replace(row, () => changed));
    return;
  }
  throw new Error(`${criterion} ${field} is not in the workbook`);
}

/** The checksum of a part. */
function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
