/** In place of test/support/read_file.ts: the bytes of a file of the project, which the server has. */
export async function readFile(path: string): Promise<ArrayBuffer> {
  const response = await fetch(`/${path}`);
  if (!response.ok) throw new Error(`no file ${path}`);
  return response.arrayBuffer();
}
