import {readFile as read} from 'node:fs/promises';

/** The bytes of a file of the project. */
export async function readFile(path: string): Promise<ArrayBuffer> {
  const {buffer, byteOffset, byteLength} = await read(path);
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}
